SELECT kept.{key}::text AS key, kept.{file} AS file, kept.s3_location, kept.content_bytes,
  kept.content_sha256, kept.object_bytes, kept.object_sha256
FROM {archive} AS kept
WHERE NOT kept.deleted_locally
ORDER BY kept.{key}
