-- What a session says about itself before its work.

-- name: short_waits
-- Whoever comes while a statement waits for a lock queues behind it.
SET lock_timeout = '100ms'

-- name: names_come_whole
-- A regprocedure or regclass is written with its schema unless the search path has it.
SET LOCAL search_path = pg_catalog, pg_temp

-- name: job_seen
-- A job whose row was deleted is in the audit trail. The timeline changes whenever a standby is promoted
-- or a backup recovered.
SELECT jobs.id IS NOT NULL OR EXISTS (
    SELECT FROM archive.audit AS entry WHERE entry.policy = ? AND entry.details ->> 'id' = asked.job
  ) AS known
FROM (SELECT ?::text AS job) AS asked
LEFT JOIN archive.jobs ON jobs.id = asked.job::uuid

-- name: timeline
SELECT pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8)

-- name: as_asked
-- Two of the settings that each connection of ours is opened with. It is the first that a session is asked, and leaves
-- nothing to the search path, which is anybody's where they were ignored.
DO $$
BEGIN
  IF pg_catalog.current_setting('search_path') OPERATOR(pg_catalog.<>) 'pg_catalog,pg_temp'
    OR pg_catalog.current_setting('plan_cache_mode') OPERATOR(pg_catalog.<>) 'force_custom_plan'
  THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA014',
      MESSAGE = 'the session does not have the settings that it was opened with: a pooler lends it',
      HINT = 'Name the server itself in DATABASE_URL, not a pooler such as PgBouncer: a job needs a session of its own, for its lock and its settings.';
  END IF;
END
$$

-- name: start
-- A job that waits for a lock is never the reason why a deadlock is looked for. As the first statement of a session
-- it, too, leaves nothing to the search path.
SELECT pg_catalog.clock_timestamp() AS clock,
  CASE WHEN pg_catalog.current_setting('lock_timeout') OPERATOR(pg_catalog.=) '0'
    OR pg_catalog.current_setting('lock_timeout')::pg_catalog.interval
      OPERATOR(pg_catalog.>) (pg_catalog.current_setting('deadlock_timeout')::pg_catalog.interval OPERATOR(pg_catalog./) 2::pg_catalog.float8)
    THEN pg_catalog.set_config('lock_timeout',
      (1::pg_catalog.numeric OPERATOR(pg_catalog.+) (pg_catalog.extract('epoch', pg_catalog.current_setting('deadlock_timeout')::pg_catalog.interval)
        OPERATOR(pg_catalog.*) 500::pg_catalog.numeric))::pg_catalog.int4::pg_catalog.text, false)
  END AS lock_timeout,
  pg_catalog.obj_description(pg_catalog.to_regnamespace('archive'), 'pg_namespace') AS schema_comment,
  pg_catalog.pg_is_in_recovery() AS is_standby,
  pg_catalog.current_setting('default_transaction_read_only') OPERATOR(pg_catalog.=) 'on' AS is_read_only,
  -- two of the settings that each connection of ours is opened with
  pg_catalog.current_setting('plan_cache_mode') OPERATOR(pg_catalog.=) 'force_custom_plan'
    AND pg_catalog.replace(pg_catalog.current_setting('search_path'), ' ', '') OPERATOR(pg_catalog.=) 'pg_catalog,pg_temp' AS is_as_asked, (
    SELECT l.lanname
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) p.prolang
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
    -- who migrates may have no right to the schema yet
    WHERE n.nspname OPERATOR(pg_catalog.=) 'archive' AND p.proname OPERATOR(pg_catalog.=) 'run_batch'
      AND p.proargtypes[0] OPERATOR(pg_catalog.=) 'pg_catalog.uuid'::pg_catalog.regtype
    LIMIT 1) AS language

-- name: schema_comment
-- Whoever may log in may read it, with no right to the schema, and it is of the catalogue: nobody's code runs. Where a dump
-- has lost the schema's owner, it says nothing: migrate has to run.
SELECT (
  SELECT pg_catalog.obj_description(n.oid, 'pg_namespace')
  FROM pg_catalog.pg_namespace AS n
  WHERE n.nspname = 'archive' AND n.nspowner = pg_catalog.to_regrole('archive_engine'))

-- name: identity
SELECT c.system_identifier || ':' || d.oid AS id, d.datname AS name
FROM pg_catalog.pg_control_system() AS c, pg_catalog.pg_database AS d
WHERE d.datname = pg_catalog.current_database()
