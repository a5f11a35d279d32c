-- What one transaction takes to the archive.

-- name: pick_by_blocks
-- The next batch begins behind the last block, so rows must come in physical order. Adding nothing to
-- the time keeps any index on it out of the plan; what is left reads the blocks in their order.
SELECT old.ctid AS tid, old."{time}" AS at
FROM "{source}" AS old
WHERE old.ctid >= ?::tid AND old.ctid < ?::tid
  AND old."{time}" + interval '0' >= ? AND old."{time}" + interval '0' < ?
  AND NOT "{held}"
LIMIT ?

-- name: pick_by_index
SELECT old.ctid AS tid, old."{time}" AS at
FROM "{source}" AS old
WHERE old."{time}" >= ? AND old."{time}" < ?
  AND NOT "{held}"
ORDER BY old."{time}"
LIMIT ?

-- name: pick_months
SELECT DISTINCT to_char(date_trunc('month', picked.at, 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD')
FROM (
/* {pick} */
) picked

-- name: pick_locked
SELECT old.ctid AS tid, old."{time}" AS at
FROM "{source}" AS old
WHERE old.ctid = ANY (?::tid[])

-- name: lock_roots
-- Roots of a family are locked before any row of it is taken: from then on nobody can add a row that refers to
-- one of them, so the statement that takes the family sees all of it.
WITH picked AS MATERIALIZED (
/* {pick} */
),
locked AS (
  SELECT live.ctid AS tid
  FROM "{source}" AS live
  WHERE live.ctid = ANY (ARRAY(SELECT picked.tid FROM picked))
    AND live."{time}" >= ? AND live."{time}" < ?
    AND NOT "{held}"
  FOR UPDATE
)
SELECT
  (SELECT count(*) FROM picked) AS picked,
  (SELECT max(picked.at) FROM picked) AS last_time,
  (SELECT (max(picked.tid)::text::point)[0]::bigint FROM picked) AS last_block,
  ARRAY(SELECT locked.tid FROM locked)::text AS tids

-- name: lock_descendants
SELECT count(*)
FROM (
  SELECT
  FROM /* {joined} */
  WHERE root.ctid = ANY (?::tid[])
  FOR UPDATE OF "{alias}"
) AS locked

-- name: given
given AS (
  SELECT ?::uuid AS batch, ?::text AS policy, ?::uuid AS job, ?::date[] AS months
)

-- name: move
WITH
/* {given} */,
picked AS MATERIALIZED (
  /* {pick} */
),
/* {tables} */,
months AS (
  /* {months} */
),
batch AS (
  INSERT INTO archive.batches (batch_id, origin, policy, position, job_id, month, archived_at, source_rows,
    source_bytes, rows, bytes, oldest, newest, digest_a, digest_b)
  SELECT given.batch, given.batch, given.policy, months.position, given.job, month, now(), rows, bytes, rows, bytes,
    oldest, newest, digest_a, digest_b
  FROM months, given
  RETURNING policy, position, month, source_rows, rows, bytes, oldest, newest, digest_a, digest_b
),
/* {ledger_entry} */
SELECT
  (SELECT count(*) FROM picked) AS picked,
  (SELECT max(picked.at) FROM picked) AS last_time,
  (SELECT (max(picked.tid)::text::point)[0]::bigint FROM picked) AS last_block,
  (SELECT count(*) FROM picked WHERE NOT "{picked_month_is_there}") AS elsewhere,
  "{deleted}" AS deleted,
  "{archived}" AS archived,
  "{archived}" AS conserved,
  (SELECT coalesce(sum(months.bytes), 0)::bigint FROM months) AS bytes

-- name: month_is_there
(date_trunc('month', "{at}", 'UTC') AT TIME ZONE 'UTC')::date = ANY ((SELECT given.months FROM given)::date[])

-- name: root_gone
gone_0 AS (
  DELETE FROM "{source}" AS live
  WHERE live.ctid = ANY (ARRAY(SELECT picked.tid FROM picked))
    AND live."{time}" >= ? AND live."{time}" < ?
    AND "{month_is_there}"
    AND NOT "{held}"
  RETURNING "{live_columns}", live."{time}" AS archivist_root_time
)

-- name: child_gone
"{gone}" AS (
  DELETE FROM "{source}" AS live
  USING "{parent_gone}" AS parent
  WHERE "{joined}"
  RETURNING "{live_columns}", parent.archivist_root_time
)

-- name: kept
"{kept}" AS (
  INSERT INTO "{archive}" ("{columns}", archived_at, archive_batch_id)
  OVERRIDING SYSTEM VALUE
  SELECT "{gone_columns}", now(), given.batch
  FROM "{gone}" AS gone, given
  RETURNING 1
)

-- name: months
SELECT "{position}"::smallint AS position,
    (date_trunc('month', gone.archivist_root_time, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    count(*) AS rows,
    sum("{source_bytes}") AS bytes,
    min(gone.archivist_root_time) AS oldest,
    max(gone.archivist_root_time) AS newest,
    sum("{digest_a}") AS digest_a,
    sum("{digest_b}") AS digest_b
  FROM "{gone}" AS gone
  GROUP BY 2

-- name: count_of
(SELECT count(*) FROM "{rows}")

-- name: rollup
-- Samples become one row per series and UTC day. Sum, count, minimum and maximum are kept, so that
-- samples which come late, or lie in another batch, merge exactly; the average is derived from them.
WITH
/* {given} */,
picked AS MATERIALIZED (
  /* {pick} */
),
gone AS (
  DELETE FROM "{source}" AS live
  WHERE live.ctid = ANY (ARRAY(SELECT picked.tid FROM picked))
    AND live."{time}" >= ? AND live."{time}" < ?
    AND "{month_is_there}"
    AND NOT "{held}"
  RETURNING "{live_columns}"
),
grouped AS (
  SELECT "{gone_series}", date_trunc('day', gone."{time}", 'UTC') AS archivist_day,
    count(*)::integer AS archivist_count,
    sum(gone."{value}"::numeric) AS archivist_sum,
    min(gone."{value}") AS archivist_min,
    max(gone."{value}") AS archivist_max
  FROM gone
  GROUP BY "{gone_series}", date_trunc('day', gone."{time}", 'UTC')
),
before AS (
  SELECT "{daily_columns}"
  FROM "{archive}" AS kept
  JOIN grouped ON "{same_series}" AND kept."{time}" = grouped.archivist_day
  WHERE kept.is_aggregated
),
merged AS (
  INSERT INTO "{archive}" AS kept ("{series}", "{time}", "{value}", value_sum, value_min, value_max,
    sample_count, is_aggregated, aggregation_period, archived_at, archive_batch_id)
  SELECT "{grouped_series}", archivist_day, archivist_sum / archivist_count, archivist_sum,
    archivist_min, archivist_max, archivist_count, true, 'daily', now(), given.batch
  FROM grouped, given
  ON CONFLICT ("{key}") WHERE is_aggregated DO UPDATE SET
    "{value}" = (kept.value_sum + excluded.value_sum) / (kept.sample_count + excluded.sample_count),
    value_sum = kept.value_sum + excluded.value_sum,
    value_min = least(kept.value_min, excluded.value_min),
    value_max = greatest(kept.value_max, excluded.value_max),
    sample_count = kept.sample_count + excluded.sample_count,
    archived_at = excluded.archived_at,
    archive_batch_id = excluded.archive_batch_id
  RETURNING "{daily_columns}"
),
changes AS (
  SELECT merged."{time}" AS at, 0 AS source_rows, 0 AS source_bytes, 1 AS rows,
    "{merged_bytes}" AS bytes, "{merged_digest_a}"::numeric AS digest_a, "{merged_digest_b}"::numeric AS digest_b
  FROM merged
  UNION ALL
  SELECT before."{time}", 0, 0, -1, -"{before_bytes}", -"{before_digest_a}"::numeric, -"{before_digest_b}"::numeric
  FROM before
  UNION ALL
  SELECT date_trunc('day', gone."{time}", 'UTC'), 1, "{source_bytes}", 0, 0, 0, 0
  FROM gone
),
months AS (
  SELECT (date_trunc('month', at, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    sum(source_rows) AS source_rows, sum(source_bytes) AS source_bytes,
    sum(rows) AS rows, sum(bytes) AS bytes,
    min(at) AS oldest, max(at) AS newest,
    sum(digest_a) AS digest_a, sum(digest_b) AS digest_b
  FROM changes
  GROUP BY 1
),
batch AS (
  INSERT INTO archive.batches (batch_id, origin, policy, job_id, month, archived_at, source_rows,
    source_bytes, rows, bytes, oldest, newest, digest_a, digest_b)
  SELECT given.batch, given.batch, given.policy, given.job, month, now(), source_rows, source_bytes, rows, bytes,
    oldest, newest, digest_a, digest_b
  FROM months, given
  RETURNING policy, position, month, source_rows, rows, bytes, oldest, newest, digest_a, digest_b
),
/* {ledger_entry} */
SELECT
  (SELECT count(*) FROM picked) AS picked,
  (SELECT max(picked.at) FROM picked) AS last_time,
  (SELECT (max(picked.tid)::text::point)[0]::bigint FROM picked) AS last_block,
  (SELECT count(*) FROM picked WHERE NOT "{picked_month_is_there}") AS elsewhere,
  (SELECT count(*) FROM gone) AS deleted,
  -- daily values that are new; those that samples were merged into were archived before
  (SELECT count(*) FROM merged) - (SELECT count(*) FROM before) AS archived,
  -- every sample of every day that was written, if all days were written; what the daily values
  -- gained in samples must be what left the live table
  (SELECT coalesce(sum(merged.sample_count), 0) FROM merged)
    - (SELECT coalesce(sum(before.sample_count), 0) FROM before) AS conserved,
  (SELECT coalesce(sum(months.source_bytes), 0)::bigint FROM months) AS bytes
