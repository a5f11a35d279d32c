WITH past AS (
  {past}
),
freed AS (
  UPDATE {archive} AS kept SET object_expires_at = {clock}
  FROM past
  WHERE kept.{key} = past.id
  RETURNING kept.s3_location
)
INSERT INTO archive.expiring_objects (location, policy)
SELECT s3_location, ? FROM freed
ON CONFLICT (location) DO NOTHING
