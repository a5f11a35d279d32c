-- As PostgreSQL writes the queries of foreign keys (ruleutils.c, generate_operator_clause): an operator that is found by
-- its name alone may be another one of that name.
CREATE OR REPLACE FUNCTION archive.cast_to(actual oid, wanted oid)
RETURNS text
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN actual = wanted THEN '' ELSE (
  SELECT CASE WHEN t.typtype = 'p' THEN '' ELSE format('::%I.%I', n.nspname, t.typname) END
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.oid = wanted) END;
ALTER FUNCTION archive.cast_to(oid, oid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.cast_to(oid, oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.cast_to(oid, oid) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.cast_to(oid, oid) IS
  'What stands behind an expression of the actual type so that an operator gets an operand of the wanted one; nothing if they are the same, or the wanted one is a pseudo-type';
