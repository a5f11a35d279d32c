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

-- name: has_history
SELECT to_regclass('archive.flyway_schema_history') IS NOT NULL

-- name: drop_history
DROP TABLE IF EXISTS archive.flyway_schema_history

-- name: drop_schema
DROP SCHEMA IF EXISTS archive

-- name: drop_extension
DROP EXTENSION IF EXISTS pljava

-- name: drop_sqlj
DROP SCHEMA IF EXISTS sqlj

-- name: forget_repeatables
-- What can be made again is made again by the next migration.
DELETE FROM archive.flyway_schema_history
WHERE version IS NULL AND type <> 'SCHEMA'

-- name: forget_repeatables_with
DELETE FROM archive.flyway_schema_history
WHERE version IS NULL AND type <> 'SCHEMA'
  AND EXISTS (SELECT FROM archive.flyway_schema_history AS jar WHERE jar.description = ?)

-- name: forget_views_if_missing
-- A view that was never made, or is gone, is made by the next migration. One is there if archive_engine has a view
-- beside the live table that reads it and its archive.
DELETE FROM archive.flyway_schema_history
WHERE description = ?
  AND EXISTS (SELECT FROM archive.policy_tables t WHERE NOT EXISTS (
    SELECT FROM pg_class v
    JOIN pg_namespace n ON n.oid = v.relnamespace
    JOIN pg_rewrite r ON r.ev_class = v.oid
    JOIN pg_depend live ON live.classid = 'pg_rewrite'::regclass AND live.objid = r.oid AND live.refclassid = 'pg_class'::regclass
      AND live.refobjid = to_regclass(format('%I.%I', t.source_schema, t.source_table))
    JOIN pg_depend kept ON kept.classid = 'pg_rewrite'::regclass AND kept.objid = r.oid AND kept.refclassid = 'pg_class'::regclass
      AND kept.refobjid = to_regclass(format('%I.%I', t.archive_schema, t.archive_table))
    WHERE v.relkind = 'v' AND v.relowner = 'archive_engine'::regrole
      AND n.nspname = t.source_schema AND v.relname LIKE 'v\_%\_all'))

-- name: make_unified_views
SELECT policy, problem, hint FROM archive.make_unified_views()

-- name: preset_is_installed
SELECT EXISTS (SELECT FROM archive.flyway_schema_history WHERE description = ?)

-- name: tables_there
-- How many of the tables, given as an array, a schema has.
SELECT count(pg_catalog.to_regclass(format('%I.%I', ?::text, given.name)))
FROM unnest(?::text[]) AS given (name)
