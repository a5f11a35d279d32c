WITH gone AS (
  DELETE FROM {source} AS live
  WHERE live.{key} = ?::uuid AND live.xmin::text || ' ' || live.ctid::text = ?
    AND NOT {held}
  RETURNING {live_columns}
),
kept AS (
  INSERT INTO {archive} AS stored ({columns}, archived_at, archive_batch_id, deleted_locally,
    s3_location, content_bytes, content_sha256, object_bytes, object_sha256)
  SELECT {gone_columns}, now(), ?::uuid, false, object.*
  FROM gone, (SELECT ?::text, ?::bigint, ?::text, ?::bigint, ?::text) AS object
  RETURNING {digested_columns}
),
months AS (
  SELECT (date_trunc('month', kept.{time}, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    count(*) AS rows,
    sum(kept.content_bytes) AS bytes,
    min(kept.{time}) AS oldest,
    max(kept.{time}) AS newest,
    sum({digest_a}) AS digest_a,
    sum({digest_b}) AS digest_b
  FROM kept
  GROUP BY 1
),
batch AS (
  INSERT INTO archive.batches (batch_id, origin, policy, job_id, month, archived_at, source_rows,
    source_bytes, rows, bytes, oldest, newest, digest_a, digest_b)
  SELECT ?::uuid, ?::uuid, ?, ?::uuid, month, now(), rows, bytes, rows, bytes, oldest, newest, digest_a, digest_b
  FROM months
  RETURNING policy, month, source_rows, rows, bytes, oldest, newest, digest_a, digest_b
),
{ledger_entry}
SELECT
  (SELECT count(*) FROM gone) AS deleted,
  (SELECT count(*) FROM kept) AS archived,
  (SELECT coalesce(sum(months.bytes), 0)::bigint FROM months) AS bytes
