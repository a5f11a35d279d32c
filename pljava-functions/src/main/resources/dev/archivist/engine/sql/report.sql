-- Reports whose files are in the object store.

-- name: archived
SELECT EXISTS (SELECT FROM "{archive}" AS kept WHERE kept."{key}" = ?::uuid)

-- name: archived_at
SELECT EXISTS (SELECT FROM "{archive}" AS kept WHERE kept."{key}" = ?::uuid AND kept.s3_location = ?)
  AND NOT EXISTS (SELECT FROM "{source}" AS live WHERE live."{key}" = ?::uuid)

-- name: batch
WITH
/* {given} */,
gone AS (
  DELETE FROM "{source}" AS live
  WHERE live."{key}" = ?::uuid AND live.xmin::text || ' ' || live.ctid::text = ?
    AND NOT "{held}"
  RETURNING "{live_columns}"
),
kept AS (
  INSERT INTO "{archive}" AS stored ("{columns}", archived_at, archive_batch_id, deleted_locally,
    s3_location, content_bytes, content_sha256, object_bytes, object_sha256, file_rights)
  SELECT "{gone_columns}", now(), given.batch, false, object.*
  FROM gone, given, (SELECT ?::text, ?::bigint, ?::text, ?::bigint, ?::text, ?::text) AS object
  RETURNING "{digested_columns}"
),
months AS (
  SELECT (date_trunc('month', kept."{time}", 'UTC') AT TIME ZONE 'UTC')::date AS month,
    count(*) AS rows,
    sum(kept.content_bytes) AS bytes,
    min(kept."{time}") AS oldest,
    max(kept."{time}") AS newest,
    sum("{digest_a}") AS digest_a,
    sum("{digest_b}") AS digest_b
  FROM kept
  GROUP BY 1
),
batch AS (
  INSERT INTO archive.batches (batch_id, origin, policy, job_id, month, archived_at, source_rows,
    source_bytes, rows, bytes, oldest, newest, digest_a, digest_b)
  SELECT given.batch, given.batch, given.policy, given.job, month, now(), rows, bytes, rows, bytes, oldest, newest,
    digest_a, digest_b
  FROM months, given
  RETURNING policy, position, month, source_rows, rows, bytes, oldest, newest, digest_a, digest_b
),
/* {ledger_entry} */
SELECT
  (SELECT count(*) FROM gone) AS deleted,
  (SELECT count(*) FROM kept) AS archived,
  (SELECT coalesce(sum(months.bytes), 0)::bigint FROM months) AS bytes

-- name: bin_tables
SELECT t.table_name, to_char(entry.month, 'YYYY-MM') AS month
FROM archive.bin AS entry
JOIN archive.bin_tables AS t ON t.bin_id = entry.bin_id
WHERE entry.policy = ? AND entry.state = 'binned' AND entry.month = coalesce(?::date, entry.month)
ORDER BY entry.month, t.table_name

-- name: binned
-- The archive's own columns keep their names; others may have been renamed since.
SELECT coalesce(substring(kept.s3_location FROM '.*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'),
    '00000000-0000-0000-0000-000000000000') AS key,
  kept.s3_location, kept.content_bytes, kept.content_sha256, kept.object_bytes, kept.object_sha256, kept.file_rights,
  pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at' IS NOT NULL AS expires,
  coalesce((pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at')::timestamptz <= archive.clock(), false) AS expired,
  (pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at')::timestamptz IS NOT DISTINCT FROM (SELECT released.expires_at
    FROM archive.released_objects AS released WHERE released.policy = ? AND released.location = kept.s3_location)
    AND EXISTS (SELECT FROM archive.bin_objects AS binned WHERE binned.location = kept.s3_location) AS as_noted
FROM "{table}" AS kept
WHERE kept.s3_location COLLATE "C" > ?
ORDER BY kept.s3_location COLLATE "C"
LIMIT ?

-- name: candidates
SELECT old."{key}"::text AS key, old."{time}" AS at, old."{file}" AS file, old."{format}" AS format,
  old.xmin::text || ' ' || old.ctid::text AS version
FROM "{source}" AS old
WHERE old."{time}" < ? AND (old."{time}", old."{key}") > (?::timestamptz, ?::uuid)
  AND NOT "{held}"
ORDER BY old."{time}", old."{key}"
LIMIT ?

-- name: deleted_locally
UPDATE "{archive}" SET deleted_locally = true WHERE "{key}" = ?::uuid

-- name: in_bin
SELECT EXISTS (SELECT FROM archive.bin AS entry JOIN archive.bin_tables AS t ON t.bin_id = entry.bin_id
  WHERE t.table_name = ? AND entry.state = 'binned')

-- name: leftovers
SELECT kept."{key}"::text AS key, kept."{file}" AS file, kept.s3_location, kept.content_bytes,
  kept.content_sha256, kept.object_bytes, kept.object_sha256, kept.file_rights
FROM "{archive}" AS kept
WHERE NOT kept.deleted_locally
ORDER BY kept."{key}"

-- name: live_files
SELECT live."{key}"::text AS key, live."{file}" AS file
FROM "{source}" AS live
WHERE live."{key}" > ?::uuid
ORDER BY live."{key}"
LIMIT 10000

-- name: live_with_keys
SELECT live."{key}"::text AS key, live."{file}" AS file
FROM "{source}" AS live
WHERE live."{key}" IN (SELECT given.key::uuid FROM jsonb_array_elements_text(?::jsonb) AS given (key))

-- name: needed
-- An object's name has its report's id in it. By that it is known, however its store is called: one store may be
-- reached by several paths, and several policies may have archived the same report. What is in the bin can come back.
WITH object AS (
  SELECT given.location, lower(substring(given.location FROM '[^/]*$')) AS name
  FROM jsonb_array_elements_text(?::jsonb) AS given (location)
)
SELECT object.location, count(*) AS rows, bool_or(needed.location = object.location) AS same
FROM object
JOIN (
  SELECT kept.s3_location AS location, lower(substring(kept.s3_location FROM '[^/]*$')) AS name
  FROM "{archive}" AS kept
  UNION ALL
  SELECT binned.location, lower(substring(binned.location FROM '[^/]*$')) FROM archive.bin_objects AS binned
) AS needed ON needed.name = object.name
GROUP BY object.location
ORDER BY object.location

-- name: object
SELECT kept."{key}"::text AS key, kept."{time}" AS at, kept."{file}" AS file, to_char(kept."{time}" AT TIME ZONE 'UTC', 'YYYY-MM') AS month, kept.s3_location,
  kept.content_bytes, kept.content_sha256, kept.object_bytes, kept.object_sha256, kept.file_rights,
  pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at' IS NOT NULL AS expires,
  coalesce((pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at')::timestamptz <= archive.clock(), false) AS expired,
  (pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at')::timestamptz IS NOT DISTINCT FROM (SELECT released.expires_at
    FROM archive.released_objects AS released WHERE released.policy = ? AND released.location = kept.s3_location) AS as_noted
FROM "{archive}" AS kept
WHERE kept."{key}" = ?::uuid AND kept.s3_location = ?

-- name: objects
-- An archive that no policy with object_keep_for works for may lack the column.
SELECT kept."{key}"::text AS key, kept."{time}" AS at, kept."{file}" AS file, to_char(kept."{time}" AT TIME ZONE 'UTC', 'YYYY-MM') AS month, kept.s3_location,
  kept.content_bytes, kept.content_sha256, kept.object_bytes, kept.object_sha256, kept.file_rights,
  pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at' IS NOT NULL AS expires,
  coalesce((pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at')::timestamptz <= archive.clock(), false) AS expired,
  (pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at')::timestamptz IS NOT DISTINCT FROM (SELECT released.expires_at
    FROM archive.released_objects AS released WHERE released.policy = ? AND released.location = kept.s3_location) AS as_noted
FROM "{archive}" AS kept
WHERE kept."{key}" > ?::uuid AND "{data_within}"
ORDER BY kept."{key}"
LIMIT ?

-- name: orphans
-- Objects that no archived report refers to, each with the live report that it is named after.
SELECT object.location, live."{key}"::text AS key, live."{time}" AS at, live."{file}" AS file
FROM jsonb_array_elements_text(?::jsonb) AS object (location)
LEFT JOIN "{source}" AS live
  ON live."{key}" = substring(object.location FROM '.*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})')::uuid
WHERE NOT EXISTS (
  SELECT
  FROM "{archive}" AS kept
  WHERE kept."{key}" = substring(object.location FROM '.*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})')::uuid
    AND kept.s3_location = object.location
)
  AND NOT EXISTS (SELECT FROM archive.bin_objects AS binned WHERE binned.location = object.location)
ORDER BY object.location

-- name: same_files
-- A path may end in slashes and dots that name nothing, and a file system may not tell capital letters.
SELECT given.name, live."{key}"::text AS key, live."{file}" AS file
FROM jsonb_array_elements_text(?::jsonb) AS given (name)
JOIN "{source}" AS live
  ON lower(substring(regexp_replace(live."{file}", '(/+[.]?)+$', '') FROM '[^/]*$')) = lower(given.name)
ORDER BY given.name, live."{key}"

-- name: unreferenced
-- A report's object is named by the report's key.
SELECT object.location
FROM jsonb_array_elements_text(?::jsonb) AS object (location)
WHERE NOT EXISTS (
  SELECT
  FROM "{archive}" AS kept
  WHERE kept."{key}" = substring(object.location FROM '.*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})')::uuid
    AND kept.s3_location = object.location
)
  AND NOT EXISTS (SELECT FROM archive.bin_objects AS binned WHERE binned.location = object.location)
  AND NOT EXISTS (SELECT FROM archive.stray_objects AS stray WHERE stray.location = object.location)
