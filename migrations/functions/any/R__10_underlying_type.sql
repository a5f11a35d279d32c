CREATE OR REPLACE FUNCTION archive.underlying_type(type oid)
RETURNS oid
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  WITH RECURSIVE made AS (
    SELECT underlying_type.type AS oid
    UNION ALL
    SELECT t.typbasetype FROM made JOIN pg_type t ON t.oid = made.oid WHERE t.typtype = 'd'
  )
  SELECT made.oid FROM made JOIN pg_type t ON t.oid = made.oid WHERE t.typtype <> 'd'
$$;
ALTER FUNCTION archive.underlying_type(oid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.underlying_type(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.underlying_type(oid) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.underlying_type(oid) IS 'The type that a domain is over, through all domains; any other type itself';
