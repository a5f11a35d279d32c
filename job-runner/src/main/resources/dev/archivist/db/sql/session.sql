-- What a session says about itself before its work.

-- name: short_waits
-- Whoever comes while a statement waits for a lock queues behind it.
SET lock_timeout = '100ms'

-- name: names_come_whole
-- A regprocedure or regclass is written with its schema unless the search path has it.
SET LOCAL search_path = pg_catalog, pg_temp

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
