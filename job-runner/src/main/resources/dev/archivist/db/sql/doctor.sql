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
SELECT format('%s may create objects in schema archive', CASE acl.grantee WHEN 0 THEN 'everybody' ELSE acl.grantee::regrole::text END)
FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) AS acl
WHERE n.nspname = 'archive' AND acl.privilege_type = 'CREATE' AND acl.grantee <> n.nspowner
  AND acl.grantee NOT IN (SELECT oid FROM pg_roles WHERE rolname IN ('archive_engine', 'archive_auditor'))
UNION ALL
SELECT format('schema archive belongs to %s', n.nspowner::regrole)
FROM pg_namespace n
JOIN pg_roles owner ON owner.oid = n.nspowner AND owner.rolname <> 'archive_engine'
WHERE n.nspname = 'archive'
ORDER BY 1

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
