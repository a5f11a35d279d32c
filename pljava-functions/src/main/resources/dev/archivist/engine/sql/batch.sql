-- What one transaction takes to the archive.

-- name: pick_by_blocks
-- The next batch begins after the last block, so rows must come in physical order. Adding nothing to
-- the time keeps any index on it out of the plan; what is left reads the blocks in their order.
SELECT old.ctid AS tid, old."{time}" AS at, "{bytes}" AS bytes
FROM "{source}" AS old
WHERE old.ctid >= ?::tid AND old.ctid < ?::tid
  AND old."{time}" + interval '0' >= ? AND old."{time}" + interval '0' < ?
  AND NOT "{held}"
LIMIT ? /* {lock} */

-- name: pick_by_index
SELECT old.ctid AS tid, old."{time}" AS at, "{bytes}" AS bytes
FROM "{source}" AS old
WHERE old."{time}" >= ? AND old."{time}" < ?
  AND NOT "{held}"
ORDER BY old."{time}"
LIMIT ? /* {lock} */

-- name: unlocked
OFFSET 0

-- name: passing_by
FOR UPDATE SKIP LOCKED

-- name: pick
-- As many as may be, in their order, until they have as many bytes as may be.
SELECT counted.tid, counted.at, counted.total
FROM (
  SELECT found.tid, found.at, found.bytes, sum(found.bytes) OVER (ROWS UNBOUNDED PRECEDING) AS total
  FROM (
/* {rows} */
  ) AS found
) AS counted
WHERE counted.total - counted.bytes < ?::bigint

-- name: row_lock_timeout
-- how long taking rows, which comes next, may wait for one that others have locked
pg_catalog.set_config('lock_timeout', coalesce(
    nullif(pg_catalog.current_setting('archivist.row_lock_timeout', true), ''),
    (1 + least(0.1, extract(epoch FROM pg_catalog.current_setting('deadlock_timeout')::interval) / 2) * 999)::integer::text), true)

-- name: pick_months
-- And how many rows they have; the statement that takes them need not weigh them again.
SELECT to_char(date_trunc('month', "{archived_time}", 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS month, count(*) AS rows,
  max(picked.total)::bigint AS total, /* {row_lock_timeout} */
FROM (
/* {pick} */
) picked
GROUP BY 1

-- name: pick_locked
SELECT old.ctid AS tid, old."{time}" AS at
FROM "{source}" AS old
WHERE old.ctid = ANY (?::tid[])

-- name: lock_roots
-- Roots of a family are locked before any row of it is taken: from then on nobody can add a row that refers to
-- one of them, so the statement that takes the family sees all of it.
SELECT picked.tid::text AS tid, picked.at, picked.total::bigint AS total, (picked.tid::text::point)[0]::bigint AS block,
  to_char(date_trunc('month', "{archived_time}", 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS month, /* {row_lock_timeout} */
FROM (
/* {pick} */
) AS picked

-- name: lock_descendants
-- Of each root, how many bytes its rows in this table have, and whether all could be locked.
WITH found AS MATERIALIZED (
  SELECT root.ctid AS tid, "{alias}".ctid AS own, "{bytes}" AS bytes
  FROM /* {joined} */
  WHERE root.ctid = ANY (?::tid[])
),
locked AS MATERIALIZED (
  SELECT "{alias}".ctid AS own
  FROM /* {joined} */
  WHERE root.ctid = ANY (?::tid[])
  FOR UPDATE OF "{alias}" SKIP LOCKED
)
SELECT found.tid::text AS tid, sum(found.bytes)::bigint AS bytes, bool_and(found.own IN (SELECT locked.own FROM locked)) AS locked
FROM found
GROUP BY found.tid

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
    -- found by their places, not by an index on the time
    AND coalesce(live."{time}" >= ? AND live."{time}" < ?, false)
    AND "{month_is_there}"
    AND NOT "{held}"
  RETURNING "{live_columns}", live."{time}" AS archived_root_time
)

-- name: child_gone
"{gone}" AS (
  DELETE FROM "{source}" AS live
  USING "{parent_gone}" AS parent
  WHERE "{joined}"
  RETURNING "{live_columns}", parent.archived_root_time
)

-- name: kept
"{kept}" AS (
  INSERT INTO "{archive}" ("{columns}", archived_at, archive_batch_id)
  OVERRIDING SYSTEM VALUE
  SELECT "{gone_columns}", now(), given.batch
  FROM "{gone}" AS gone, given
  RETURNING 1
)

-- name: none
NULL

-- name: months
SELECT "{position}"::smallint AS position,
    (date_trunc('month', gone.archived_root_time, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    count(*) AS rows,
    sum("{source_bytes}") AS bytes,
    min(gone.archived_root_time) AS oldest,
    max(gone.archived_root_time) AS newest,
    sum("{digest_a}") AS digest_a,
    sum("{digest_b}") AS digest_b
  FROM "{gone}" AS gone
  GROUP BY 2

-- name: count_of
(SELECT count(*) FROM "{rows}")

-- name: rollup
-- Samples become one row per series and period. Sum, counts, minimum and maximum are kept, so that
-- samples which come late, or lie in another batch, merge exactly; the average is derived from them.
WITH
/* {given} */,
picked AS MATERIALIZED (
  /* {pick} */
),
gone AS (
  DELETE FROM "{source}" AS live
  WHERE live.ctid = ANY (ARRAY(SELECT picked.tid FROM picked))
    -- found by their places, not by an index on the time
    AND coalesce(live."{time}" >= ? AND live."{time}" < ?, false)
    AND "{month_is_there}"
    AND NOT "{held}"
  RETURNING "{live_columns}"
),
measured AS (
  SELECT "{gone_series}", "{period_start}" AS archivist_start, gone."{value}" AS archivist_value, "{number}" AS archivist_number
  FROM gone
),
grouped AS (
  SELECT "{measured_series}", archivist_start,
    count(*)::integer AS archivist_count,
    coalesce(sum(archivist_number) FILTER (WHERE "{is_finite}"), 0) AS archivist_sum,
    min(archivist_value) FILTER (WHERE "{is_finite}") AS archivist_min,
    max(archivist_value) FILTER (WHERE "{is_finite}") AS archivist_max,
    count(*) FILTER (WHERE "{is_finite}") AS archivist_finite,
    nullif(count(*) FILTER (WHERE archivist_number = 'NaN'), 0)::integer AS archivist_nan,
    nullif(count(*) FILTER (WHERE archivist_number = 'Infinity'), 0)::integer AS archivist_infinity,
    nullif(count(*) FILTER (WHERE archivist_number = '-Infinity'), 0)::integer AS archivist_minus_infinity
  FROM measured
  GROUP BY "{measured_series}", archivist_start
),
before AS (
  SELECT "{value_columns}"
  FROM "{archive}" AS kept
  JOIN grouped ON "{same_series}" AND kept."{time}" = grouped.archivist_start
  WHERE kept.is_aggregated
),
merged AS (
  INSERT INTO "{archive}" AS kept ("{series}", "{time}", "{value}", value_sum, value_min, value_max,
    sample_count, is_aggregated, aggregation_period, archived_at, archive_batch_id/* {counts} */)
  SELECT "{grouped_series}", archivist_start, "{average}", archivist_sum,
    archivist_min, archivist_max, archivist_count, true, "{period}", now(), given.batch/* {grouped_counts} */
  FROM grouped, given
  ON CONFLICT ("{key}") WHERE is_aggregated DO UPDATE SET
    "{value}" = "{merged_average}",
    value_sum = kept.value_sum + excluded.value_sum,
    value_min = least(kept.value_min, excluded.value_min),
    value_max = greatest(kept.value_max, excluded.value_max),
    sample_count = kept.sample_count + excluded.sample_count,
    archived_at = excluded.archived_at,
    archive_batch_id = excluded.archive_batch_id/* {merged_counts} */
  WHERE kept.aggregation_period = excluded.aggregation_period
  RETURNING "{value_columns}"
),
changes AS (
  SELECT merged."{time}" AS at, 0 AS source_rows, 0 AS source_bytes, 1 AS rows,
    "{merged_bytes}" AS bytes, "{merged_digest_a}"::numeric AS digest_a, "{merged_digest_b}"::numeric AS digest_b
  FROM merged
  UNION ALL
  SELECT before."{time}", 0, 0, -1, -"{before_bytes}", -"{before_digest_a}"::numeric, -"{before_digest_b}"::numeric
  FROM before
  UNION ALL
  SELECT "{period_start}", 1, "{source_bytes}", 0, 0, 0, 0
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
  -- values that are new; those that samples were merged into were archived before
  (SELECT count(*) FROM merged) - (SELECT count(*) FROM before) AS archived,
  -- every sample of every period that was written, if all were written; what their values
  -- gained in samples must be what left the live table
  (SELECT coalesce(sum(merged.sample_count), 0) FROM merged)
    - (SELECT coalesce(sum(before.sample_count), 0) FROM before) AS conserved,
  (SELECT coalesce(sum(months.source_bytes), 0)::bigint FROM months) AS bytes

-- name: merged_columns
-- What "rollup" sets of a daily value that is there: a role needs UPDATE on these columns, and on no other.
ARRAY[family.value_column, 'value_sum', 'value_min', 'value_max', 'sample_count', 'nan_count', 'infinity_count', 'minus_infinity_count',
  'archived_at', 'archive_batch_id']

-- name: row_key
(SELECT pg_catalog.row_to_json(k)::text FROM (SELECT "{columns}") AS k)

-- name: place_and_time
old.ctid::text AS place, old."{time}"

-- name: refused
-- The row of the root that the archive did not take, with what the server said.
INSERT INTO archive.rows_left (job_id, row_key, reason, sqlstate, message)
SELECT ?::uuid, "{row_key}", 'refused', ?, ?
FROM "{source}" AS old
WHERE old.ctid = ?::tid
ON CONFLICT (job_id, row_key) DO UPDATE SET sqlstate = excluded.sqlstate, message = excluded.message
RETURNING xmax = 0 AS is_new

-- name: plan_once
-- Rows are tried by halves: to plan the statement takes as long as to run it, and it is the same for any number of them.
SET LOCAL plan_cache_mode = force_generic_plan

-- name: plan_as_before
SET LOCAL plan_cache_mode = DEFAULT

-- name: count_refused
SELECT count(*) FROM archive.rows_left AS known WHERE known.job_id = ?::uuid AND known.reason = 'refused'

-- name: end_of_scan
-- A scan has come to its end. If its pass deleted anything, another looks for what the scan did not find: what others
-- had locked, and what was moved past it by an UPDATE, a VACUUM FULL or a CLUSTER.
WITH given AS (
  SELECT ?::pg_catalog.uuid AS job, ?::bigint AS deleted, ?::bigint AS found
),
decided AS (
  SELECT progress.deleted_in_pass OPERATOR(pg_catalog.+) given.deleted OPERATOR(pg_catalog.>) 0 AND progress.pass OPERATOR(pg_catalog.<) 5 AS again,
    progress.found_in_pass OPERATOR(pg_catalog.+) given.found OPERATOR(pg_catalog.>) 0 AS found
  FROM given JOIN archive.job_progress AS progress ON progress.job_id OPERATOR(pg_catalog.=) given.job
),
progress AS (
  UPDATE archive.job_progress AS progress
  SET scan = start.scan, position_time = start.position_time, position_block = start.position_block,
    end_block = start.end_block, pass = progress.pass OPERATOR(pg_catalog.+) 1, deleted_in_pass = 0, found_in_pass = 0
  FROM decided, given,
    (SELECT ?::pg_catalog.text AS scan, ?::pg_catalog.timestamptz AS position_time, ?::bigint AS position_block, ?::bigint AS end_block) AS start
  WHERE progress.job_id OPERATOR(pg_catalog.=) given.job AND decided.again
)
UPDATE archive.jobs AS job SET
  records_processed = records_processed OPERATOR(pg_catalog.+) ?,
  records_archived = records_archived OPERATOR(pg_catalog.+) ?,
  records_deleted = records_deleted OPERATOR(pg_catalog.+) ?,
  bytes_archived = bytes_archived OPERATOR(pg_catalog.+) ?,
  batches = batches OPERATOR(pg_catalog.+) CASE WHEN ? THEN 1 ELSE 0 END,
  records_left = CASE WHEN NOT decided.again AND NOT decided.found THEN 0 END
FROM given, decided
WHERE job.id OPERATOR(pg_catalog.=) given.job AND job.status OPERATOR(pg_catalog.=) 'running' AND /* {code_state} */ OPERATOR(pg_catalog.=) ?
RETURNING decided.again AS again, decided.found AS found

-- name: left
-- The last pass found rows, and all of them stay.
UPDATE archive.jobs AS job SET records_left = (
  SELECT count(*)
  FROM "{source}" AS old
  WHERE old."{time}" >= ? AND old."{time}" < ?
    AND NOT "{held}"
)
WHERE job.id = ?::uuid

-- name: locked
-- Names some of the rows that stay and that the archive did not refuse.
INSERT INTO archive.rows_left (job_id, row_key, reason, message)
SELECT ?::uuid, "{row_key}", 'locked', 'other sessions had locked the row, or were changing it; the next run takes it'
FROM "{source}" AS old
WHERE old."{time}" >= ? AND old."{time}" < ?
  AND NOT "{held}"
ORDER BY old."{time}"
LIMIT ?
ON CONFLICT (job_id, row_key) DO NOTHING

-- name: left_of_job
SELECT coalesce(job.records_left, 0) AS rows, known.row_key || ': ' || known.message AS row
FROM archive.jobs AS job LEFT JOIN archive.rows_left AS known ON known.job_id = job.id
WHERE job.id = ?::uuid
ORDER BY known.reason DESC, known.row_key
LIMIT ?
