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

-- name: schemas_of_others
-- Schemas that the first migration makes and that are there already, with what is in them. An empty one serves, if whoever
-- migrates has the rights of its owner and its owner gains none by it.
SELECT format('%I', n.nspname) AS name, n.nspowner::regrole::text AS owner, coalesce(contents.things, '{}') AS things
FROM pg_namespace n
CROSS JOIN LATERAL (
  SELECT array_agg(pg_describe_object(d.classid, d.objid, 0) ORDER BY d.objid) AS things
  FROM pg_depend d
  WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
) AS contents
WHERE n.nspname IN ('archive', 'archive_bin')
  AND (n.nspname = 'archive_bin' OR contents.things IS NOT NULL
    OR NOT (pg_has_role(n.nspowner, 'USAGE') AND pg_has_role(n.nspowner, current_user,
      CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END)))
  AND NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace own ON own.oid = c.relnamespace AND own.nspname = 'archive'
    WHERE c.relname = 'flyway_schema_history')
ORDER BY n.nspname

-- name: powerful_roles
-- Those of our roles that may do more than what was granted to them, and what ends that.
SELECT r.rolname::text AS name, array_agg(attribute.name ORDER BY attribute.place) AS attributes,
  format('ALTER ROLE %I %s;', r.rolname, string_agg('NO' || attribute.name, ' ' ORDER BY attribute.place)) AS remedy
FROM pg_roles r
CROSS JOIN LATERAL (VALUES
  (1, 'LOGIN', r.rolcanlogin), (2, 'SUPERUSER', r.rolsuper), (3, 'CREATEROLE', r.rolcreaterole),
  (4, 'CREATEDB', r.rolcreatedb), (5, 'REPLICATION', r.rolreplication), (6, 'BYPASSRLS', r.rolbypassrls)
) AS attribute (place, name, has)
WHERE r.rolname IN ('archive_owner', 'archive_operator', 'archive_reader', 'archive_engine', 'archive_auditor') AND attribute.has
GROUP BY r.rolname
ORDER BY r.rolname

-- name: stranger
-- Who owns the schema instead of Archivist's role, as after pg_restore --no-owner, where the running role may not act as
-- the owner and so cannot give it back.
SELECT n.nspowner::regrole::text AS owner
FROM pg_namespace AS n
WHERE n.nspname = 'archive' AND n.nspowner IS DISTINCT FROM to_regrole('archive_engine') AND NOT pg_has_role(n.nspowner, 'MEMBER')
  AND EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'flyway_schema_history')

-- name: role
SELECT current_user::text

-- name: lacks
-- What the running role needs to migrate for the first time and does not have, each with the statement that gives it.
WITH me AS (
  SELECT r.rolname, r.rolsuper, r.rolcreaterole, current_setting('server_version_num')::integer >= 160000 AS since_16
  FROM pg_roles r
  WHERE r.rolname = current_user
),
given AS (
  SELECT ?::text AS app_schema, ?::text[] AS tables
)
SELECT lacked.what, lacked.remedy
FROM (
  SELECT 1 AS place, format('make schemas in database %I', current_database()) AS what,
    format('GRANT CREATE ON DATABASE %I TO %I;', current_database(), me.rolname) AS remedy
  FROM me
  WHERE NOT has_database_privilege(current_database(), 'CREATE')
  UNION ALL
  -- before PostgreSQL 16 that is also how one joins and leaves them
  SELECT 2, 'make roles, join and leave them', format('ALTER ROLE %I CREATEROLE;', me.rolname)
  FROM me
  WHERE NOT me.rolcreaterole
    AND (NOT me.since_16 OR EXISTS (SELECT FROM unnest(ARRAY['archive_owner', 'archive_operator', 'archive_reader', 'archive_engine', 'archive_auditor']) AS role (name)
      WHERE to_regrole(role.name) IS NULL))
  UNION ALL
  SELECT 3, format('join and leave %s', string_agg(role.rolname, ', ' ORDER BY role.rolname)),
    format('GRANT %s TO %I WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;', string_agg(role.rolname, ', ' ORDER BY role.rolname), me.rolname)
  FROM me, pg_roles AS role
  WHERE role.rolname IN ('archive_owner', 'archive_engine', 'archive_auditor')
    AND me.since_16 AND NOT pg_has_role(role.oid, 'MEMBER WITH ADMIN OPTION')
  GROUP BY me.rolname
  UNION ALL
  SELECT 4, format('use schema %I, make tables in it, and let others do so', n.nspname),
    format('GRANT USAGE, CREATE ON SCHEMA %I TO %I WITH GRANT OPTION;', n.nspname, me.rolname)
  FROM me, given JOIN pg_namespace AS n ON n.nspname = given.app_schema
  WHERE NOT (has_schema_privilege(n.oid, 'USAGE WITH GRANT OPTION') AND has_schema_privilege(n.oid, 'CREATE WITH GRANT OPTION'))
  UNION ALL
  SELECT 5, format('let others work on %s', c.oid::regclass),
    format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I WITH GRANT OPTION;', c.oid::regclass, me.rolname)
  FROM me, given
  JOIN pg_namespace AS n ON n.nspname = given.app_schema
  JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = ANY (given.tables) AND c.relkind IN ('r', 'p')
  WHERE NOT (has_table_privilege(c.oid, 'SELECT WITH GRANT OPTION') AND has_table_privilege(c.oid, 'INSERT WITH GRANT OPTION')
    AND has_table_privilege(c.oid, 'UPDATE WITH GRANT OPTION') AND has_table_privilege(c.oid, 'DELETE WITH GRANT OPTION'))
) AS lacked, me
WHERE NOT me.rolsuper AND to_regclass('archive.policies') IS NULL
ORDER BY lacked.place, lacked.what
