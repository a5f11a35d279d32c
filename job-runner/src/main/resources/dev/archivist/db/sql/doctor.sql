-- What can be wrong with a database.

-- name: server
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number

-- name: open_managers
-- Whoever may call these can run code of his own in the database.
SELECT DISTINCT p.proname::text
FROM pg_proc p
WHERE p.pronamespace = to_regnamespace('sqlj')
  AND p.proname IN ('install_jar', 'replace_jar', 'remove_jar', 'set_classpath')
  AND has_function_privilege('public', p.oid, 'EXECUTE')
ORDER BY 1

-- name: rights
-- Who could replace what the program runs: members of the roles that own it, and owners that are other roles, as after a
-- dump was restored.
SELECT format('%s is a member of %s (%s)', m.member::regrole, m.roleid::regrole,
  -- the last two are columns since PostgreSQL 16
  coalesce(nullif(concat_ws(', ', CASE WHEN bool_or(m.admin_option) THEN 'ADMIN' END,
    CASE WHEN bool_or(coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, member.rolinherit)) THEN 'INHERIT' END,
    CASE WHEN bool_or(coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)) THEN 'SET' END), ''), 'without any option'))
FROM pg_auth_members m
JOIN pg_roles owner ON owner.oid = m.roleid AND owner.rolname IN ('archive_engine', 'archive_auditor')
JOIN pg_roles member ON member.oid = m.member AND NOT member.rolsuper
GROUP BY m.member, m.roleid
UNION ALL
-- the program's functions have the rights of these two
SELECT format('%s is a member of %s', m.member::regrole, m.roleid::regrole)
FROM pg_auth_members m
JOIN pg_roles member ON member.oid = m.member AND member.rolname IN ('archive_engine', 'archive_auditor')
JOIN pg_roles role ON role.oid = m.roleid
  AND role.rolname NOT IN ('archive_owner', 'archive_operator', 'archive_reader', 'archive_engine', 'archive_auditor')
UNION ALL
SELECT format('trigger %I on %s is disabled', t.tgname, t.tgrelid::regclass)
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = to_regnamespace('archive')
WHERE t.tgenabled IN ('D', 'R') AND NOT t.tgisinternal
UNION ALL
SELECT format('%s %s belongs to %s', CASE c.relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END,
  c.oid::regclass, c.relowner::regrole)
FROM pg_class c
JOIN pg_roles owner ON owner.oid = c.relowner AND owner.rolname NOT IN ('archive_engine', 'archive_auditor')
WHERE c.relnamespace = to_regnamespace('archive') AND c.relkind IN ('r', 'v', 'S', 'p', 'm', 'f')
UNION ALL
SELECT format('function %s belongs to %s', p.oid::regprocedure, p.proowner::regrole)
FROM pg_proc p
JOIN pg_roles owner ON owner.oid = p.proowner AND owner.rolname NOT IN ('archive_engine', 'archive_auditor')
WHERE p.pronamespace = to_regnamespace('archive')
UNION ALL
SELECT format('%s may create objects in schema %I', CASE acl.grantee WHEN 0 THEN 'everybody' ELSE acl.grantee::regrole::text END, n.nspname)
FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) AS acl
WHERE n.nspname IN ('archive', 'archive_bin') AND acl.privilege_type = 'CREATE' AND acl.grantee <> n.nspowner
  AND acl.grantee NOT IN (SELECT oid FROM pg_roles WHERE rolname IN ('archive_engine', 'archive_auditor'))
UNION ALL
-- what default privileges or somebody gave, and a migration takes away again
SELECT format('%s has %s on %s %s', CASE given.grantee WHEN 'PUBLIC' THEN 'everybody' ELSE given.grantee END,
  array_to_string(given.excess, ', '), given.kind, substr(given.target, strpos(given.target, ' ') + 1))
FROM archive.grants_of_others() AS given
WHERE given.excess <> '{}' AND given.kind <> 'schema' AND given.place IN ('program', 'archive', 'month')
UNION ALL
SELECT format('schema archive belongs to %s', n.nspowner::regrole)
FROM pg_namespace n
JOIN pg_roles owner ON owner.oid = n.nspowner AND owner.rolname <> 'archive_engine'
WHERE n.nspname = 'archive'
UNION ALL
-- a password of such a role would be a login with all that it may do
SELECT format('%s has %s', r.rolname, concat_ws(', ', CASE WHEN r.rolcanlogin THEN 'LOGIN' END, CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
  CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
  CASE WHEN r.rolreplication THEN 'REPLICATION' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END))
FROM pg_roles r
WHERE r.rolname IN ('archive_owner', 'archive_operator', 'archive_reader', 'archive_engine', 'archive_auditor')
  AND (r.rolcanlogin OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls)
UNION ALL
SELECT format('%s is not Archivist''s', found.what)
FROM ( /* {additions} */ ) AS found (what)
ORDER BY 1

-- name: additions
-- What runs code as soon as somebody reads or writes what the program steers by, and was not made by it: its own triggers
-- run functions of schema archive, and it has no rules, no row security, and nothing that calls functions of others.
WITH own AS (
  SELECT c.oid
  FROM pg_class c
  JOIN pg_roles owner ON owner.oid = c.relowner
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND (c.relnamespace = to_regnamespace('archive') OR owner.rolname IN ('archive_engine', 'archive_auditor'))
),
routine AS (
  -- one of another owner is named above
  SELECT p.oid
  FROM pg_proc p
  WHERE p.pronamespace = to_regnamespace('archive')
)
SELECT format('trigger %I on %s', t.tgname, t.tgrelid::regclass)
FROM own
JOIN pg_trigger t ON t.tgrelid = own.oid AND NOT t.tgisinternal
WHERE t.tgfoid NOT IN (SELECT routine.oid FROM routine)
UNION ALL
SELECT format('rule %I on %s', r.rulename, r.ev_class::regclass)
FROM own JOIN pg_rewrite r ON r.ev_class = own.oid AND r.ev_type <> '1'
UNION ALL
SELECT format('policy %I on %s', p.polname, p.polrelid::regclass)
FROM own JOIN pg_policy p ON p.polrelid = own.oid
UNION ALL
SELECT format('the inheritance of %s from %s', i.inhrelid::regclass, i.inhparent::regclass)
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
WHERE i.inhrelid IN (SELECT own.oid FROM own) OR i.inhparent IN (SELECT own.oid FROM own)
UNION ALL
SELECT format('%s, which calls %s,', pg_describe_object(part.classid, part.objid, 0), d.refobjid::regprocedure)
FROM (
  SELECT 'pg_class'::regclass::oid, i.indexrelid FROM own JOIN pg_index i ON i.indrelid = own.oid
  UNION ALL
  SELECT 'pg_constraint'::regclass, k.oid FROM own JOIN pg_constraint k ON k.conrelid = own.oid
  UNION ALL
  SELECT 'pg_attrdef'::regclass, a.oid FROM own JOIN pg_attrdef a ON a.adrelid = own.oid
  UNION ALL
  SELECT 'pg_statistic_ext'::regclass, s.oid FROM own JOIN pg_statistic_ext s ON s.stxrelid = own.oid
) AS part (classid, objid)
JOIN pg_depend d ON d.classid = part.classid AND d.objid = part.objid AND d.refclassid = 'pg_proc'::regclass
WHERE d.refobjid NOT IN (SELECT routine.oid FROM routine)

-- name: may_join
-- Before PostgreSQL 16 a role with CREATEROLE makes itself a member of any role that is no superuser.
SELECT rolname::text
FROM pg_roles
WHERE rolcreaterole AND NOT rolsuper AND current_setting('server_version_num')::integer < 160000
ORDER BY 1

-- name: live_owners
-- Migrating makes a member of archive_owner, and many migrate as owner of the live tables.
SELECT format('%I, who owns %s, is a member of archive_owner', owner.rolname,
  string_agg(DISTINCT c.oid::regclass::text, ', '))
FROM archive.policy_tables t
JOIN pg_class c ON c.oid = to_regclass(format('%I.%I', t.source_schema, t.source_table))
JOIN pg_roles owner ON owner.oid = c.relowner
WHERE NOT owner.rolsuper AND pg_has_role(owner.oid, 'archive_owner', 'MEMBER')
GROUP BY owner.rolname
ORDER BY owner.rolname

-- name: ended_trusts
-- The states are those that trust list shows.
SELECT format('%s, for which %s vouched: %s', trust.routine, trust.trusted_by, trust.state)
FROM ( /* {trusts} */ ) AS trust
WHERE NOT starts_with(trust.state, 'trusted')
