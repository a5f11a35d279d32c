SELECT kept.{key}::text AS key, kept.{time} AS at, kept.{file} AS file, kept.s3_location,
  kept.content_bytes, kept.content_sha256, kept.object_bytes, kept.object_sha256
FROM {archive} AS kept
WHERE kept.{time} >= ? AND kept.{time} < ?
  AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
  AND (kept.{time}, kept.{key}) > (?::timestamptz, ?::uuid)
ORDER BY kept.{time}, kept.{key}
LIMIT ?
