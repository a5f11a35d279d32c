-- Changes of the schema, and what they must not meet or leave behind.

-- name: busy_policy
-- Takes every policy's lock until the transaction ends.
SELECT name
FROM archive.policies
WHERE NOT pg_try_advisory_xact_lock(1095910216, policy_id)
ORDER BY name
LIMIT 1

-- name: sessions
SELECT pid, usename, application_name
FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
  AND pid <> pg_backend_pid()
  AND application_name NOT IN ('archivist', 'archivist migrate')
ORDER BY pid

-- name: before
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pljava') AS extension,
  to_regnamespace('sqlj') IS NOT NULL AS sqlj,
  to_regnamespace('archive') IS NOT NULL AS schema

-- name: drop_schema
DROP SCHEMA IF EXISTS archive

-- name: drop_extension
DROP EXTENSION IF EXISTS pljava

-- name: drop_sqlj
DROP SCHEMA IF EXISTS sqlj

-- name: make_unified_views
SELECT policy, problem, hint FROM archive.make_unified_views()

-- name: tables_there
-- How many of the tables, given as an array, a schema has.
SELECT count(pg_catalog.to_regclass(format('%I.%I', ?::text, given.name)))
FROM unnest(?::text[]) AS given (name)

-- name: stamp
-- For the statement that writes it, which takes no values.
SELECT set_config('archivist.schema_stamp', ?, true)

-- name: write_stamp
-- What a schema was made of, at the end of its comment.
DO $$
BEGIN
  EXECUTE format('COMMENT ON SCHEMA archive IS %L',
    rtrim('Archivist: policies, batches, ledger, functions, and the tables of its scheduler and of its migrations '
      || current_setting('archivist.schema_stamp')));
END
$$
