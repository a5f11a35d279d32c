-- A report that is held keeps its object; one in the bin is asked again when it is back.
SELECT expiring.location, kept.{key} IS NOT NULL AS free
FROM archive.expiring_objects AS expiring
LEFT JOIN {archive} AS kept
  ON kept.{key} = substring(expiring.location FROM '.*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})')::uuid
    AND kept.s3_location = expiring.location
    AND pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at' IS NOT NULL
WHERE expiring.policy = ? AND expiring.location = coalesce(?::text, expiring.location)
  AND (kept.{key} IS NULL OR NOT {held})
  AND NOT EXISTS (SELECT FROM archive.bin_objects AS binned WHERE binned.location = expiring.location)
ORDER BY expiring.since, expiring.location
