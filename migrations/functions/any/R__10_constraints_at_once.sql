-- A batch finds out which of its rows a constraint refuses, and goes on without them; a COMMIT that fails takes all back.
-- The audit trail's own stays: who chains its entries keeps others from doing so until the transaction ends.
CREATE OR REPLACE FUNCTION archive.constraints_at_once()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  SET CONSTRAINTS archive.audit_chain DEFERRED;
  RETURN true;
END
$$;
ALTER FUNCTION archive.constraints_at_once() OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.constraints_at_once() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.constraints_at_once() TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.constraints_at_once() IS
  'Until the transaction ends, each statement checks the constraints that are declared INITIALLY DEFERRED; true';
