WITH picked AS MATERIALIZED (
  SELECT kept.tableoid AS part, kept.ctid AS tid
  FROM {archive} AS kept
  WHERE kept.{time} >= ? AND kept.{time} < ?
    AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
  LIMIT ?
),
gone AS (
  DELETE FROM {archive} AS kept
  WHERE kept.ctid = ANY (ARRAY(SELECT picked.tid FROM picked))
    AND (kept.tableoid, kept.ctid) IN (SELECT picked.part, picked.tid FROM picked)
    AND kept.{time} >= ? AND kept.{time} < ?
  RETURNING {kept_columns}, kept.archive_batch_id
),
back AS (
  INSERT INTO {source} AS live ({written_columns})
  OVERRIDING SYSTEM VALUE
  SELECT {gone_written_columns}
  FROM gone
  RETURNING {live_columns}
),
months AS (
  SELECT (date_trunc('month', gone.{time}, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    coalesce(gone.archive_batch_id, ?::uuid) AS origin,
    count(*) AS rows,
    sum({gone_bytes}) AS bytes,
    min(gone.{time}) AS oldest,
    max(gone.{time}) AS newest,
    sum({gone_digest_a}) AS digest_a,
    sum({gone_digest_b}) AS digest_b
  FROM gone
  GROUP BY 1, 2
),
{ledger_taken}
SELECT
  (SELECT count(*) FROM picked) AS picked,
  (SELECT count(*) FROM gone) AS gone,
  (SELECT count(*) FROM back) AS back,
  (SELECT sum(months.digest_a) FROM months) IS NOT DISTINCT FROM (SELECT sum({back_digest_a}) FROM back)
    AND (SELECT sum(months.digest_b) FROM months) IS NOT DISTINCT FROM (SELECT sum({back_digest_b}) FROM back)
    AS unchanged,
  (SELECT count(DISTINCT months.month) FROM months) = (SELECT count(*) FROM entry) AS entered,
  (SELECT coalesce(sum(months.bytes), 0)::bigint FROM months) AS bytes
