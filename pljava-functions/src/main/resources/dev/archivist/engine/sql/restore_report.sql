WITH gone AS (
  DELETE FROM {archive} AS kept
  WHERE kept.{key} = ?::uuid AND kept.s3_location = ?
  RETURNING {kept_columns}, kept.archive_batch_id
),
back AS (
  INSERT INTO {source} AS live ({written_columns})
  OVERRIDING SYSTEM VALUE
  SELECT {gone_written_columns}
  FROM gone
  RETURNING {live_columns}
),
stray AS (
  INSERT INTO archive.stray_objects (location, policy)
  SELECT gone.s3_location, ?
  FROM gone
  ON CONFLICT (location) DO NOTHING
),
expiring_no_more AS (
  -- The report may be archived again, and its object gets the same location.
  DELETE FROM archive.expiring_objects AS expiring
  USING gone
  WHERE expiring.location = gone.s3_location
),
months AS (
  SELECT (date_trunc('month', gone.{time}, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    coalesce(gone.archive_batch_id, ?::uuid) AS origin,
    count(*) AS rows,
    sum(gone.content_bytes) AS bytes,
    min(gone.{time}) AS oldest,
    max(gone.{time}) AS newest,
    sum({gone_digest_a}) AS digest_a,
    sum({gone_digest_b}) AS digest_b
  FROM gone
  GROUP BY 1, 2
),
{ledger_taken}
SELECT
  (SELECT count(*) FROM gone) AS gone,
  (SELECT count(*) FROM back) AS back,
  (SELECT sum({gone_content_a}) FROM gone) IS NOT DISTINCT FROM (SELECT sum({back_content_a}) FROM back)
    AND (SELECT sum({gone_content_b}) FROM gone) IS NOT DISTINCT FROM (SELECT sum({back_content_b}) FROM back)
    AS unchanged,
  (SELECT count(DISTINCT months.month) FROM months) = (SELECT count(*) FROM entry) AS entered,
  (SELECT coalesce(sum(months.bytes), 0)::bigint FROM months) AS bytes
