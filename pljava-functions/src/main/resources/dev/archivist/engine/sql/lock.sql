-- A policy's advisory locks, and the locks of its tables.

-- name: holder
SELECT format('%s (pid %s%s)', coalesce('"' || nullif(a.application_name, '') || '"', 'another session'),
  l.pid, ', since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
FROM pg_catalog.pg_locks l
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.classid = 1095910216 AND l.objid = ?::bigint::oid
  AND l.objsubid = 2 AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
LIMIT 1

-- name: keep
SELECT pg_catalog.pg_try_advisory_lock(1095910216, ?)

-- name: unlock
SELECT pg_catalog.pg_advisory_unlock(1095910216, ?)

-- name: tables
-- As the batch itself will: it shuts out whoever adds a trigger, a foreign key or a policy.
LOCK TABLE "{tables}" IN ROW EXCLUSIVE MODE

-- name: tables_of_others
-- It also shuts out whoever adds a statistics object, or an index concurrently, and VACUUM.
LOCK TABLE "{tables}" IN SHARE UPDATE EXCLUSIVE MODE

-- name: vacuumed
-- Whether it is autovacuum alone that has one of the tables in that mode: while it does, nobody else gets it.
SELECT pg_catalog.count(*) > 0 AND pg_catalog.bool_and(a.backend_type = 'autovacuum worker')
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_class c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
  AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND n.nspname || '.' || c.relname = ANY (?::text[])

-- name: take
-- Whether the session had the policy before, whether it has it now until the transaction ends, and
-- the job of this session that is open: only where the session had the policy, because a pid comes again.
SELECT mine.held, pg_catalog.pg_try_advisory_xact_lock(1095910216, policy.policy_id)
    -- what a purge that ended early left
    AND archive.keep_attached(policy.name) IS NOT NULL AS taken,
  (SELECT job.id::text FROM archive.jobs AS job
    WHERE mine.held AND job.job_type = policy.name AND job.status = 'running'
      AND job.session_pid = pg_catalog.pg_backend_pid() LIMIT 1) AS open_job
FROM archive.policies AS policy, LATERAL (
  SELECT EXISTS (
    SELECT
    FROM pg_catalog.pg_locks l
    WHERE l.locktype = 'advisory' AND l.classid = 1095910216 AND l.objid = policy.policy_id::bigint::oid
      AND l.objsubid = 2 AND l.granted AND l.pid = pg_catalog.pg_backend_pid()
      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())) AS held
  OFFSET 0
) AS mine
WHERE policy.policy_id = ?

-- name: only
ONLY "{table}"
