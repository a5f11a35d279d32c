-- An object has more rights on it than the migrations say: default privileges give them to others as it is made, and a
-- table that was there before keeps those that it had. Only the catalogue and archive.policy_tables are asked.
CREATE OR REPLACE FUNCTION archive.grants_of_others()
RETURNS TABLE (classid oid, objid oid, kind text, place text, target text, grantee text, is_role boolean, rights text[], excess text[])
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH role AS (
    SELECT r.oid, r.rolname IN ('archive_owner', 'archive_engine', 'archive_auditor') AS is_owner, r.rolname = 'archive_owner' AS owns_archives
    FROM pg_roles r
    WHERE r.rolname IN ('archive_owner', 'archive_operator', 'archive_reader', 'archive_engine', 'archive_auditor')
  ),
  archive (oid) AS (
    SELECT c.oid
    FROM archive.policy_tables t
    JOIN pg_namespace n ON n.nspname = t.archive_schema
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.archive_table
  ),
  object (classid, objid, owner, acl, kind, place, target, harmless, is_history) AS (
    SELECT 'pg_class'::regclass::oid, c.oid, c.relowner, c.relacl,
      CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'table' END,
      CASE WHEN n.nspname IN ('archive', 'archive_bin') OR NOT coalesce(owner.owns_archives, false) THEN 'program'
        WHEN c.oid IN (SELECT archive.oid FROM archive) THEN 'archive'
        WHEN EXISTS (SELECT FROM pg_inherits i JOIN archive ON archive.oid = i.inhparent WHERE i.inhrelid = c.oid) THEN 'month'
        ELSE 'other' END,
      CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass,
      CASE n.nspname WHEN 'archive' THEN '{}'::text[] ELSE '{SELECT}' END,
      n.nspname = 'archive' AND c.relname = 'flyway_schema_history'
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN role AS owner ON owner.oid = c.relowner AND owner.is_owner
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND (owner.oid IS NOT NULL
        -- until the migration that made it has ended
        OR n.nspname = 'archive' AND c.relname = 'flyway_schema_history' AND pg_has_role(current_user, c.relowner, 'USAGE'))
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), 'function', 'program',
      'ROUTINE ' || p.oid::regprocedure, '{}', false
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname IN ('archive', 'archive_bin')
    JOIN role AS owner ON owner.oid = p.proowner AND owner.is_owner
    UNION ALL
    SELECT 'pg_namespace'::regclass, n.oid, n.nspowner, n.nspacl, 'schema', 'program', format('SCHEMA %I', n.nspname),
      -- for those who may read the months that are in it
      CASE n.nspname WHEN 'archive_bin' THEN '{USAGE}'::text[] ELSE '{}' END, false
    FROM pg_namespace n
    JOIN role AS owner ON owner.oid = n.nspowner AND owner.is_owner
    WHERE n.nspname IN ('archive', 'archive_bin')
  )
  SELECT object.classid, object.objid, object.kind, object.place, object.target, given.grantee, given.is_role, given.rights,
    CASE WHEN given.is_role THEN '{}' ELSE given.excess END
  FROM object
  CROSS JOIN LATERAL (
    SELECT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END AS grantee,
      acl.grantee IN (SELECT role.oid FROM role) AS is_role,
      array_agg(DISTINCT acl.privilege_type ORDER BY acl.privilege_type) AS rights,
      coalesce(array_agg(DISTINCT acl.privilege_type ORDER BY acl.privilege_type)
        FILTER (WHERE NOT acl.privilege_type = ANY (object.harmless)), '{}') AS excess
    FROM (
      SELECT granted.grantee, granted.privilege_type FROM aclexplode(object.acl) AS granted
      UNION ALL
      SELECT granted.grantee, granted.privilege_type
      FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) AS granted
      WHERE object.classid = 'pg_class'::regclass AND a.attrelid = object.objid
    ) AS acl
    WHERE acl.grantee <> object.owner
      -- who migrates keeps the rows
      AND NOT (object.is_history AND acl.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        AND EXISTS (SELECT FROM pg_roles r WHERE r.oid = acl.grantee AND (r.rolcreaterole OR pg_has_role(r.oid, 'archive_owner', 'MEMBER'))))
    GROUP BY acl.grantee
  ) AS given
$$;
REVOKE ALL ON FUNCTION archive.grants_of_others() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.grants_of_others() TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.grants_of_others() IS
  'What others than its owner may do with each thing that belongs to Archivist''s roles. kind: table, view, sequence, function, schema. place: program, archive of a policy, month of one, other. target: as in REVOKE ... ON. is_role: one of the five roles. rights: on the whole or on columns. excess: those that no other role is to have; SELECT in the application''s schema and in the bin is harmless';
