-- The life of a job, and how far it has come.

-- name: enter
-- The running job with its policy, for one transaction of its session: takes the policy's lock again, fixes
-- how values look as text, has constraints checked at once, and keeps scans in the order that a scan by blocks
-- needs. A hold that is being made is waited for, where holds are asked for; what is read of them comes with a
-- later statement, whose snapshot is younger than their lock.
WITH job AS (
  SELECT j.* FROM archive.jobs AS j WHERE j.id = ?::uuid AND j.status = 'running'
),
policy AS (
  SELECT p.* FROM archive.policies AS p JOIN job ON job.job_type = p.name
),
entered AS MATERIALIZED (
  -- settings first: the locks are waited for with their patience
  SELECT /* {settings} */,
    /* {patience} */ AS patience,
    archive.constraints_at_once() AS checked,
    job.action, job.options, job.cutoff, job.job_type, job.policy_version,
    job.policy_version = policy.version OR archive.is_same_rule(policy.policy_id, job.policy_version) AS rule_is_kept,
    pg_catalog.pg_try_advisory_xact_lock(1095910216, policy.policy_id) AS locked,
    CASE WHEN ?::boolean THEN pg_catalog.pg_advisory_xact_lock_shared(1095910217, policy.policy_id) END IS NULL AS holds_unlocked
  FROM job LEFT JOIN policy ON true
)
SELECT 'job' AS part, 0 AS place, 0::bigint AS number, entered.action AS a, entered.options::text AS b, entered.locked::text AS c,
  pg_catalog.current_setting('transaction_isolation') AS d, progress.scan AS e, progress.position_block::text AS f,
  progress.end_block::text AS g, NULL AS h, entered.cutoff AS at
FROM entered LEFT JOIN archive.job_progress AS progress ON progress.job_id = ?::uuid
UNION ALL
SELECT 'position', 0, 0, entered.job_type, entered.rule_is_kept::text, entered.policy_version::text, NULL, NULL, NULL, NULL, NULL, progress.position_time
FROM entered LEFT JOIN archive.job_progress AS progress ON progress.job_id = ?::uuid
UNION ALL
/* {parts} */
ORDER BY part, place, number

-- name: settings
pg_catalog.set_config('DateStyle', 'ISO, MDY', true)
      || pg_catalog.set_config('IntervalStyle', 'postgres', true)
      || pg_catalog.set_config('TimeZone', 'UTC', true)
      || pg_catalog.set_config('extra_float_digits', '3', true)
      || pg_catalog.set_config('bytea_output', 'hex', true)
      || pg_catalog.set_config('lc_monetary', 'C', true)
      || pg_catalog.set_config('quote_all_identifiers', 'off', true)
      || pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)
      -- questions to the catalogue look dear and are not: compiling them takes longer than they do
      || pg_catalog.set_config('jit', 'off', true)
      -- a sequential scan of a large table begins where another one is at the moment, and a parallel one
      -- has no order at all: a scan by blocks would skip what lies before
      || pg_catalog.set_config('synchronize_seqscans', 'off', true)
      || pg_catalog.set_config('max_parallel_workers_per_gather', '0', true) AS settings

-- name: patience
-- Who waits for less than deadlock_timeout is never part of a deadlock that is found, so no other is its victim.
CASE WHEN pg_catalog.current_setting('lock_timeout') = '0'
      OR pg_catalog.current_setting('lock_timeout')::interval > pg_catalog.current_setting('deadlock_timeout')::interval / 2
      THEN pg_catalog.set_config('lock_timeout',
        (1 + extract(epoch FROM pg_catalog.current_setting('deadlock_timeout')::interval) * 500)::integer::text, true) END

-- name: open
-- A request that waits for this policy and says the same becomes this job; else the job is new. We hold the
-- policy's lock, so a job of it that still says running has lost its session. One whose policy is gone can do nothing
-- any more.
WITH interrupted AS (
  UPDATE archive.jobs AS job SET
    status = 'failed',
    completed_at = clock_timestamp(),
    error_message = CASE WHEN EXISTS (SELECT FROM archive.policies AS policy WHERE policy.name = job.job_type)
        THEN 'interrupted: the session that ran the job ended; '
          || CASE action WHEN 'restore' THEN 'what its committed batches restored stays restored; repeat the restore to continue'
            ELSE 'its committed batches stay archived; the next run continues' END
        ELSE format('interrupted: policy "%s" was deleted or renamed; what its committed batches did stays', job.job_type) END
  WHERE status = 'running'
    AND (job_type = ? OR NOT EXISTS (SELECT FROM archive.policies AS policy WHERE policy.name = job.job_type))
  RETURNING job.id
),
forgotten AS (
  DELETE FROM archive.job_progress AS progress
  WHERE progress.job_id IN (SELECT interrupted.id FROM interrupted)
    OR NOT EXISTS (SELECT FROM archive.jobs AS job WHERE job.id = progress.job_id AND job.status = 'running')
),
asked AS (
  -- Interval arithmetic on timestamptz follows the session's time zone (a day of 23 or 25 hours), so ages are
  -- taken off in UTC.
  SELECT given.*, policy.name AS policy, policy.version, CASE given.action
      WHEN 'purge' THEN (archive.clock() AT TIME ZONE 'UTC' - policy.keep_for) AT TIME ZONE 'UTC'
      ELSE pg_catalog.date_trunc(given.unit, (archive.clock() AT TIME ZONE 'UTC' - policy.archive_after) AT TIME ZONE 'UTC', 'UTC')
    END AS cutoff
  FROM (SELECT ?::text AS action, ?::jsonb AS options, ?::text AS host, ?::text AS unit, ?::integer AS policy_id) AS given
  JOIN archive.policies AS policy ON policy.policy_id = given.policy_id
),
-- what the policy's former run left is this one's to find
named_before AS (
  DELETE FROM archive.rows_left AS known
  USING asked
  WHERE asked.action = 'run'
    -- first the jobs have to have ended, or their rows are not ours to delete
    AND (SELECT count(*) FROM interrupted) >= 0
    AND NOT EXISTS (SELECT FROM archive.jobs AS job WHERE job.id = known.job_id AND job.job_type <> asked.policy)
),
requested AS (
  SELECT job.id
  FROM archive.jobs AS job, asked
  WHERE job.job_type = asked.policy AND job.status = 'pending' AND job.action = asked.action
    AND (asked.action = 'run' OR job.options = asked.options)
  ORDER BY job.created_at
  LIMIT 1
),
adopted AS (
  UPDATE archive.jobs AS job
  SET status = 'running', started_at = clock_timestamp(), cutoff = asked.cutoff, host = asked.host,
    policy_version = asked.version, session_pid = pg_catalog.pg_backend_pid()
  FROM requested, asked
  WHERE job.id = requested.id
  RETURNING job.id
),
made AS (
  INSERT INTO archive.jobs AS job (job_type, action, options, status, started_at, cutoff, host, policy_version, session_pid)
  SELECT asked.policy, asked.action, asked.options, 'running', clock_timestamp(), asked.cutoff, asked.host, asked.version,
    pg_catalog.pg_backend_pid()
  FROM asked
  WHERE NOT EXISTS (SELECT FROM requested)
  RETURNING job.id
),
opened AS (
  SELECT id FROM adopted UNION ALL SELECT id FROM made
),
progress AS (
  INSERT INTO archive.job_progress (job_id, scan, position_time, position_block, end_block)
  SELECT opened.id, given.scan, given.position_time, given.position_block, given.end_block
  FROM opened, (SELECT ?::text AS scan, ?::timestamptz AS position_time, ?::bigint AS position_block, ?::bigint AS end_block) AS given
  WHERE given.scan IS NOT NULL
)
SELECT opened.id::text AS id, asked.cutoff, CASE asked.action WHEN 'run' THEN archive.record_columns(asked.policy) END AS recorded
FROM opened, asked

-- name: advance
-- What a batch did, and where the next one begins. No row: the job is not running any more.
WITH progress AS (
  UPDATE archive.job_progress
  SET position_time = ?::pg_catalog.timestamptz, position_block = ?::bigint, end_block = ?::bigint, deleted_in_pass = deleted_in_pass OPERATOR(pg_catalog.+) ?,
    found_in_pass = found_in_pass OPERATOR(pg_catalog.+) ?
  WHERE job_id OPERATOR(pg_catalog.=) ?::pg_catalog.uuid
)
UPDATE archive.jobs SET
  records_processed = records_processed OPERATOR(pg_catalog.+) ?,
  records_archived = records_archived OPERATOR(pg_catalog.+) ?,
  records_deleted = records_deleted OPERATOR(pg_catalog.+) ?,
  bytes_archived = bytes_archived OPERATOR(pg_catalog.+) ?,
  batches = batches OPERATOR(pg_catalog.+) CASE WHEN ? THEN 1 ELSE 0 END
WHERE id OPERATOR(pg_catalog.=) ?::pg_catalog.uuid AND status OPERATOR(pg_catalog.=) 'running' AND /* {code_state} */ OPERATOR(pg_catalog.=) ?

-- name: finish
-- Gives nothing where "enter" would refuse the job, but for one whose policy is gone: it has failed, and nobody locks it. What the audit trail has against it comes at once.
WITH job AS MATERIALIZED (
  SELECT j.id, j.records_left, p.policy_id, archive.audit_at_once() AS audited
  FROM archive.jobs AS j LEFT JOIN archive.policies AS p ON p.name = j.job_type
  WHERE j.id = ?::uuid AND j.status = 'running'
),
entered AS MATERIALIZED (
  SELECT job.id, job.records_left, job.policy_id,
    job.policy_id IS NULL OR pg_catalog.pg_try_advisory_xact_lock(1095910216, job.policy_id) AS locked
  FROM job
  WHERE job.audited
),
forgotten AS (
  DELETE FROM archive.job_progress USING entered WHERE job_id = entered.id AND entered.locked
)
UPDATE archive.jobs AS job SET completed_at = clock_timestamp(),
  status = CASE WHEN entered.policy_id IS NULL THEN 'failed' ELSE ending.status END,
  error_message = CASE
    WHEN entered.policy_id IS NULL AND ending.status <> 'failed' THEN format('policy "%s" was deleted or renamed while the job ran', job.job_type)
    WHEN ending.status = 'completed' THEN coalesce(ending.message, left_over.message) ELSE ending.message END
FROM entered
CROSS JOIN (SELECT ?::text AS status, ?::text AS message) AS ending
CROSS JOIN LATERAL (
  -- the reasons only: the audit trail keeps this, and archive.rows_left has the keys
  SELECT format('%s rows stay that are old enough: ', entered.records_left) || string_agg(known.message, '; ')
    || CASE WHEN count(*) = 5 THEN '; ...' ELSE '' END AS message
  FROM (
    SELECT DISTINCT known.reason, known.message FROM archive.rows_left AS known
    WHERE known.job_id = entered.id ORDER BY known.reason DESC, known.message LIMIT 5
  ) AS known
) AS left_over
WHERE job.id = entered.id AND entered.locked
RETURNING coalesce(entered.policy_id, 0)

-- name: is_owner
SELECT pg_catalog.pg_has_role(current_user, 'archive_owner', 'USAGE'), current_user::text

-- name: raise_error
SELECT archive.raise_error(?, ?, ?, ?)
