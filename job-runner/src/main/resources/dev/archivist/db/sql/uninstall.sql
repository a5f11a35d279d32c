-- What is taken out of a database, and what stays.

-- name: join_roles
-- Whoever uninstalls belongs to the owners of what goes for as long as that takes, as whoever migrates does.
SELECT format('GRANT %I TO %I', rolname, current_user)
FROM pg_roles
WHERE rolname IN ('archive_engine', 'archive_auditor', 'archive_owner') AND NOT pg_has_role(current_user, oid, 'USAGE')

-- name: leave_roles
-- To be read before they are joined.
SELECT format('REVOKE %I FROM %I', rolname, current_user)
FROM pg_roles
WHERE rolname IN ('archive_engine', 'archive_auditor', 'archive_owner') AND NOT pg_has_role(current_user, oid, 'USAGE')

-- name: views
SELECT format('DROP VIEW %s', c.oid::regclass)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND c.relowner = 'archive_engine'::regrole
  AND n.nspname <> 'archive'
ORDER BY c.relname

-- name: routines
-- What tables need stays with them.
SELECT format('DROP ROUTINE %s', p.oid::regprocedure)
FROM pg_proc p
WHERE p.pronamespace = 'archive'::regnamespace AND p.prorettype <> 'trigger'::regtype
  AND p.proowner = 'archive_engine'::regrole
ORDER BY p.prokind, p.proname

-- name: left
SELECT DISTINCT format('%I.%I', t.archive_schema, t.archive_table) FROM archive.policy_tables t
UNION ALL
SELECT format('%s %s of %s, which is not Archivist''s', CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
  p.oid::regprocedure, p.proowner::regrole)
FROM pg_proc p
WHERE p.pronamespace = 'archive'::regnamespace AND p.proowner NOT IN ('archive_engine'::regrole, 'archive_auditor'::regrole)
UNION ALL
SELECT 'schema archive (policies, batches, ledger, audit, scheduler, history)'
UNION ALL
SELECT 'schema archive_bin (months past their retention)'
UNION ALL
SELECT 'roles archive_owner, archive_engine, archive_auditor, archive_operator, archive_reader'
UNION ALL
SELECT 'extension pljava' FROM pg_extension WHERE extname = 'pljava'
