-- For functions that take tables from one place to another: rights that were given there do not come along.
CREATE OR REPLACE FUNCTION archive.revoke_all(relation regclass)
RETURNS void
LANGUAGE plpgsql
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  grantee text;
BEGIN
  FOR grantee IN
    SELECT DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC')
    FROM (
      SELECT c.relacl AS acl, c.relowner FROM pg_class c WHERE c.oid = relation
      UNION ALL
      SELECT a.attacl, c.relowner FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.oid = relation
    ) AS given
    CROSS JOIN LATERAL aclexplode(given.acl) AS granted
    LEFT JOIN pg_roles r ON r.oid = granted.grantee
    WHERE granted.grantee <> given.relowner
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', relation, grantee);
  END LOOP;
END
$$;
ALTER FUNCTION archive.revoke_all(regclass) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.revoke_all(regclass) FROM PUBLIC;
COMMENT ON FUNCTION archive.revoke_all(regclass) IS
  'Takes all rights on the table, and on its columns, from everybody but its owner';
