-- For who gives something back that no rollback takes again: what the audit trail may refuse comes first.
CREATE OR REPLACE FUNCTION archive.audit_at_once()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  SET CONSTRAINTS archive.audit_chain IMMEDIATE;
  RETURN true;
END
$$;
ALTER FUNCTION archive.audit_at_once() OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.audit_at_once() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.audit_at_once() TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.audit_at_once() IS
  'Until the transaction ends, entries of the audit trail are chained by the statement that makes them; true';
