SELECT kept.{key}::text AS key, to_char(kept.{time} AT TIME ZONE 'UTC', 'YYYY-MM') AS month, kept.s3_location,
  kept.content_bytes, kept.content_sha256, kept.object_bytes, kept.object_sha256,
  pg_catalog.to_jsonb(kept.*) ->> 'object_expires_at' IS NOT NULL AS expired
FROM {archive} AS kept
WHERE kept.{key} = ?::uuid AND kept.s3_location = ?
