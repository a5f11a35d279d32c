-- A report's object is named by the report's key.
SELECT object.location
FROM jsonb_array_elements_text(?::jsonb) AS object (location)
WHERE NOT EXISTS (
  SELECT
  FROM {archive} AS kept
  WHERE kept.{key} = substring(object.location FROM '.*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})')::uuid
    AND kept.s3_location = object.location
)
  AND NOT EXISTS (SELECT FROM archive.bin_objects AS binned WHERE binned.location = object.location)
  AND NOT EXISTS (SELECT FROM archive.stray_objects AS stray WHERE stray.location = object.location)
