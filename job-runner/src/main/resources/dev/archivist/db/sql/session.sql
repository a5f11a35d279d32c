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

-- name: start
SELECT clock_timestamp() AS clock, (
    SELECT l.lanname
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE p.oid = pg_catalog.to_regprocedure('archive.run_batch(uuid)')) AS language

-- name: identity
SELECT c.system_identifier || ':' || d.oid AS id, d.datname AS name
FROM pg_catalog.pg_control_system() AS c, pg_catalog.pg_database AS d
WHERE d.datname = pg_catalog.current_database()
