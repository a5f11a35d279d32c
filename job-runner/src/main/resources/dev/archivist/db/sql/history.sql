-- The table in which Flyway notes what it ran. Whoever reads or writes it runs what hangs on it, so who could hang
-- something on it is asked first, of the catalogue alone.

-- name: owner_of_others
-- Its owner, if that is neither archive_engine nor one who may act as the running role anyway. A superuser may. That it is
-- SET since PostgreSQL 16, archive.acting_membership says where the schema has it already.
SELECT c.relowner::regrole::text
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'archive'
WHERE c.relname = 'flyway_schema_history'
  AND c.relowner IS DISTINCT FROM to_regrole('archive_engine')::oid
  AND NOT pg_has_role(c.relowner, current_user,
    CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END)

-- name: additions
-- What Flyway did not make. It stays on the table when that gets another owner.
WITH history AS (
  SELECT c.oid, c.relkind
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'archive'
  WHERE c.relname = 'flyway_schema_history')
SELECT 'it is no table' FROM history WHERE relkind <> 'r'
UNION ALL
SELECT format('trigger %I', t.tgname) FROM history h JOIN pg_trigger t ON t.tgrelid = h.oid
UNION ALL
SELECT format('rule %I', r.rulename) FROM history h JOIN pg_rewrite r ON r.ev_class = h.oid
UNION ALL
SELECT format('policy %I', p.polname) FROM history h JOIN pg_policy p ON p.polrelid = h.oid
UNION ALL
SELECT format('inheritance of %s', i.inhrelid::regclass) FROM history h JOIN pg_inherits i ON h.oid IN (i.inhrelid, i.inhparent)
UNION ALL
SELECT format('statistics %s.%I', s.stxnamespace::regnamespace, s.stxname) FROM history h JOIN pg_statistic_ext s ON s.stxrelid = h.oid
UNION ALL
-- since PostgreSQL 18 NOT NULL is one, too
SELECT format('constraint %I', k.conname) FROM history h JOIN pg_constraint k ON k.conrelid = h.oid AND k.contype NOT IN ('p', 'n')
UNION ALL
-- 16384 is the first oid that PostgreSQL does not give itself
SELECT format('index %s', i.indexrelid::regclass)
FROM history h
JOIN pg_index i ON i.indrelid = h.oid
WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR EXISTS (SELECT FROM unnest(i.indclass) AS class (oid) WHERE class.oid >= 16384)
UNION ALL
SELECT format('column %I', a.attname)
FROM history h
JOIN pg_attribute a ON a.attrelid = h.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.atttypid >= 16384 OR pg_get_expr(d.adbin, d.adrelid) <> 'now()'
ORDER BY 1

-- name: migrator
-- What the running role may do about it, and what it lacks. One may give itself rights that may make roles; since
-- PostgreSQL 16, that made these roles.
SELECT me.rolsuper AS superuser,
  me.rolsuper OR CASE WHEN current_setting('server_version_num')::integer < 160000 THEN me.rolcreaterole
    ELSE pg_has_role(to_regrole('archive_owner')::oid, 'MEMBER WITH ADMIN OPTION')
      AND pg_has_role(to_regrole('archive_engine')::oid, 'MEMBER WITH ADMIN OPTION') END AS may_join,
  c.relowner IS DISTINCT FROM to_regrole('archive_engine')::oid AS keeps,
  NOT me.rolsuper AND NOT (has_table_privilege(c.oid, 'INSERT') AND pg_has_role(to_regrole('archive_owner')::oid, 'USAGE')) AS lacks,
  NOT (has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')) AS blind,
  CASE WHEN current_setting('server_version_num')::integer < 160000 THEN format('ALTER ROLE %I CREATEROLE;', me.rolname)
    ELSE format('GRANT archive_owner, archive_engine, archive_auditor TO %I WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;', me.rolname) END AS remedy
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'archive'
JOIN pg_roles me ON me.rolname = current_user
WHERE c.relname = 'flyway_schema_history' AND to_regrole('archive_engine') IS NOT NULL

-- name: join
-- As the callbacks do around each file; Flyway looks at its table before and after.
GRANT archive_owner, archive_engine TO CURRENT_USER

-- name: leave
REVOKE archive_engine FROM CURRENT_USER

-- name: hand_over
ALTER TABLE archive.flyway_schema_history OWNER TO archive_engine

-- name: keep_rows
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.flyway_schema_history TO CURRENT_USER

-- name: is_there
SELECT EXISTS (
  SELECT FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'archive'
  WHERE c.relname = 'flyway_schema_history')

-- name: drop
DROP TABLE IF EXISTS archive.flyway_schema_history

-- name: forget_if_last
-- Where that very one ran last of its description.
DELETE FROM archive.flyway_schema_history AS entry
WHERE entry.description = ? AND entry.checksum = ?
  AND NOT EXISTS (SELECT FROM archive.flyway_schema_history AS later
    WHERE later.description = entry.description AND later.installed_rank > entry.installed_rank)

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
    WHERE v.relkind = 'v' AND v.relowner = to_regrole('archive_engine')::oid
      AND n.nspname = t.source_schema AND v.relname ~ '^v_.*_all$'))

-- name: has
SELECT EXISTS (SELECT FROM archive.flyway_schema_history WHERE description = ?)

-- name: rights_are_lost
-- As where a dump was restored without its roles, its owners or its grants: whoever restored it owns all, and nobody else
-- may do anything.
SELECT to_regclass('archive.policies') IS NOT NULL AND (
  EXISTS (SELECT FROM unnest(ARRAY['archive_owner', 'archive_operator', 'archive_reader', 'archive_engine', 'archive_auditor']) AS role (name)
    WHERE to_regrole(role.name) IS NULL)
  OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'archive' AND n.nspowner IS DISTINCT FROM to_regrole('archive_engine')::oid)
  OR EXISTS (SELECT FROM pg_class c WHERE c.oid = to_regclass('archive.policies') AND c.relowner IS DISTINCT FROM to_regrole('archive_auditor')::oid)
  OR NOT EXISTS (SELECT FROM pg_class c, aclexplode(c.relacl) AS acl
    WHERE c.oid = to_regclass('archive.policies') AND acl.grantee = to_regrole('archive_reader')::oid))

-- name: owners_of_others
-- Who owns what is in the program's schemas, and may not act as the running role: what they own may do what they want.
SELECT DISTINCT found.owner::regrole::text
FROM (
  SELECT n.nspowner FROM pg_namespace n WHERE n.nspname IN ('archive', 'archive_bin')
  UNION ALL
  SELECT c.relowner FROM pg_class c WHERE c.relnamespace IN (to_regnamespace('archive'), to_regnamespace('archive_bin'))
  UNION ALL
  SELECT p.proowner FROM pg_proc p WHERE p.pronamespace IN (to_regnamespace('archive'), to_regnamespace('archive_bin'))
) AS found (owner)
WHERE found.owner::regrole::text NOT IN ('archive_owner', 'archive_engine', 'archive_auditor')
  AND NOT pg_has_role(found.owner, current_user,
    CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END)
ORDER BY 1
