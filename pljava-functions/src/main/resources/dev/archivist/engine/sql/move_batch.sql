WITH picked AS MATERIALIZED (
  {pick}
),
gone AS (
  DELETE FROM {source} AS live
  WHERE live.ctid = ANY (ARRAY(SELECT picked.tid FROM picked))
    AND live.{time} >= ? AND live.{time} < ?
    AND NOT {held}
  RETURNING {live_columns}
),
kept AS (
  INSERT INTO {archive} ({columns}, archived_at, archive_batch_id)
  OVERRIDING SYSTEM VALUE
  SELECT {gone_columns}, now(), ?::uuid
  FROM gone
  RETURNING 1
),
months AS (
  SELECT (date_trunc('month', gone.{time}, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    count(*) AS rows,
    sum({source_bytes}) AS bytes,
    min(gone.{time}) AS oldest,
    max(gone.{time}) AS newest,
    sum({digest_a}) AS digest_a,
    sum({digest_b}) AS digest_b
  FROM gone
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
  (SELECT count(*) FROM picked) AS picked,
  (SELECT max(picked.at) FROM picked) AS last_time,
  (SELECT (max(picked.tid)::text::point)[0]::bigint FROM picked) AS last_block,
  (SELECT count(*) FROM gone) AS deleted,
  (SELECT count(*) FROM kept) AS archived,
  (SELECT count(*) FROM kept) AS conserved,
  (SELECT coalesce(sum(months.bytes), 0)::bigint FROM months) AS bytes
