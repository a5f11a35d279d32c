-- The same in every session, so that it can be compared.
CREATE OR REPLACE FUNCTION archive.type_name(type oid, modifier integer, "collation" oid)
RETURNS text
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
RETURN format_type(type, modifier)
  || CASE WHEN "collation" <> 0 AND "collation" <> (SELECT t.typcollation FROM pg_type t WHERE t.oid = type)
    THEN ' COLLATE ' || "collation"::regcollation ELSE '' END
  || CASE WHEN type < 16384 THEN '' ELSE coalesce((
    WITH RECURSIVE made (oid) AS (
      SELECT type
      UNION
      SELECT part.oid
      FROM made
      JOIN pg_type t ON t.oid = made.oid
      LEFT JOIN pg_range r ON r.rngtypid = t.oid OR r.rngmultitypid = t.oid,
      LATERAL (
        SELECT unnest(ARRAY[t.typelem, t.typbasetype, r.rngsubtype])
        UNION ALL
        SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      ) AS part (oid)
      WHERE part.oid >= 16384
    )
    SELECT string_agg(format(' with %s (%s)', format_type(t.oid, NULL), (
        SELECT string_agg(format('%s %I %s', a.attnum, a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)), '' ORDER BY format_type(t.oid, NULL))
    FROM made JOIN pg_type t ON t.oid = made.oid
    WHERE t.typtype = 'c'), '') END;
ALTER FUNCTION archive.type_name(oid, integer, oid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.type_name(oid, integer, oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.type_name(oid, integer, oid) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.type_name(oid, integer, oid) IS
  'format_type(type, modifier), the collation if it is not the type''s own, and the attributes of the composites that it is made of, whatever search_path and quote_all_identifiers are; null for null';
