-- The same in every session, so that it can be compared.
CREATE OR REPLACE FUNCTION archive.type_name(type oid, modifier integer, "collation" oid)
RETURNS text
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
RETURN format_type(type, modifier) || CASE
  WHEN "collation" <> 0 AND "collation" <> (SELECT t.typcollation FROM pg_type t WHERE t.oid = type)
  THEN ' COLLATE ' || "collation"::regcollation ELSE '' END;
ALTER FUNCTION archive.type_name(oid, integer, oid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.type_name(oid, integer, oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.type_name(oid, integer, oid) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.type_name(oid, integer, oid) IS
  'format_type(type, modifier), and the collation if it is not the type''s own, whatever search_path and quote_all_identifiers are; null for null';
