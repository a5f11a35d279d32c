SELECT kept.{key}::text AS key, to_char(kept.{time} AT TIME ZONE 'UTC', 'YYYY-MM') AS month, kept.s3_location,
  kept.content_bytes, kept.content_sha256, kept.object_bytes, kept.object_sha256,
  coalesce(kept.{time} AT TIME ZONE 'UTC' + policy.object_keep_for
    < coalesce(nullif(current_setting('archivist.now', true), '')::timestamptz, now()) AT TIME ZONE 'UTC', false) AS expired
FROM {archive} AS kept
JOIN archive.policies AS policy ON policy.name = ?
WHERE kept.{key} > ?::uuid AND {data_within}
ORDER BY kept.{key}
LIMIT ?
