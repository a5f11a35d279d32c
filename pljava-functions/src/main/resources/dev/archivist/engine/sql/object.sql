-- Objects that are to go.

-- name: any_past
SELECT EXISTS (/* {past} */)

-- name: expire
SELECT settings -> 'object_keep_for' IS NOT NULL FROM archive.policies WHERE name = ?

-- name: expiring
-- A report that is held keeps its object; one in the bin is asked again when it is back.
SELECT expiring.location, kept."{key}" IS NOT NULL AS released
FROM archive.expiring_objects AS expiring
LEFT JOIN "{archive}" AS kept
  ON kept."{key}" = substring(expiring.location FROM '.*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})')::uuid
    AND kept.s3_location = expiring.location
    AND pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at' IS NOT NULL
WHERE expiring.policy = ? AND expiring.location = coalesce(?::text, expiring.location)
  AND (expiring.drop_after <= archive.clock() OR ?::boolean)
  AND (kept."{key}" IS NULL OR NOT "{held}")
  AND NOT EXISTS (SELECT FROM archive.bin_objects AS binned WHERE binned.location = expiring.location)
ORDER BY expiring.since, expiring.location

-- name: expiring_forget
DELETE FROM archive.expiring_objects WHERE location = ?

-- name: kept
WITH forgotten AS (
  DELETE FROM archive.released_objects WHERE policy = ? AND location = ?
)
UPDATE "{archive}" SET object_expires_at = NULL WHERE s3_location = ?

-- name: past
-- A row that says the object of another report, or of another time, releases nothing.
SELECT kept."{key}" AS id
  FROM "{archive}" AS kept
  WHERE kept.object_expires_at IS NULL AND NOT "{held}"
    AND "{is_own}"
    AND kept."{time}" < (SELECT (archive.clock() AT TIME ZONE 'UTC' - (policy.settings ->> 'object_keep_for')::interval) AT TIME ZONE 'UTC'
      FROM archive.policies policy WHERE policy.name = ?)
  LIMIT ?

-- name: is_own
-- An object bears its report's name and month: .../YYYY/MM/<id>.<attempt>.<extension>.zst
strpos("{row}".s3_location, to_char("{row}"."{time}" AT TIME ZONE 'UTC', '/YYYY/MM/') || "{row}"."{key}"::text || '.') > 0

-- name: release
WITH past AS (
  /* {past} */
),
released AS (
  UPDATE "{archive}" AS kept SET object_expires_at = (archive.clock() AT TIME ZONE 'UTC' + policy.bin_for) AT TIME ZONE 'UTC'
  FROM past, archive.policies AS policy
  WHERE kept."{key}" = past.id AND policy.name = ?
  RETURNING kept.s3_location, kept.object_expires_at, policy.name
),
noted AS (
  INSERT INTO archive.released_objects AS noted (policy, location, expires_at)
  SELECT DISTINCT ON (s3_location) name, s3_location, object_expires_at FROM released
  ON CONFLICT (policy, location) DO UPDATE SET expires_at = excluded.expires_at
)
INSERT INTO archive.expiring_objects AS expiring (location, policy, drop_after)
SELECT DISTINCT ON (s3_location) s3_location, name, object_expires_at FROM released
ON CONFLICT (location) DO UPDATE SET since = excluded.since,
  drop_after = greatest(expiring.drop_after, excluded.drop_after)

-- name: released_but_held
SELECT kept.s3_location
FROM "{archive}" AS kept
WHERE pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at' IS NOT NULL AND "{held}"
ORDER BY kept.s3_location

-- name: postpone_expiring
UPDATE archive.expiring_objects AS object
SET drop_after = greatest(object.drop_after, (archive.clock() AT TIME ZONE 'UTC' + policy.bin_for) AT TIME ZONE 'UTC')
FROM archive.policies AS policy
WHERE policy.name = ? AND object.policy = policy.name

-- name: postpone_stray
UPDATE archive.stray_objects AS object
SET drop_after = greatest(object.drop_after, (archive.clock() AT TIME ZONE 'UTC' + policy.bin_for) AT TIME ZONE 'UTC')
FROM archive.policies AS policy
WHERE policy.name = ? AND object.policy = policy.name

-- name: stray
SELECT location, report::text AS report, file, content_bytes, content_sha256
FROM archive.stray_objects
WHERE policy = ? AND location = coalesce(?::text, location) AND (drop_after <= archive.clock() OR ?::boolean)
ORDER BY since, location

-- name: stray_forget
DELETE FROM archive.stray_objects WHERE location = ?
