-- The same in every session, so that it can be compared.
CREATE OR REPLACE FUNCTION archive.type_name(type oid, modifier integer)
RETURNS text
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
RETURN format_type(type, modifier);
ALTER FUNCTION archive.type_name(oid, integer) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.type_name(oid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.type_name(oid, integer) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.type_name(oid, integer) IS
  'format_type(type, modifier), whatever search_path and quote_all_identifiers are; null for null';
