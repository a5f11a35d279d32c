-- What makes a function what it is: whoever changes any of it has made another one.
CREATE OR REPLACE FUNCTION archive.function_definition(routine oid)
RETURNS bytea
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
-- constants of a default are written as the session writes values: those of the engine's output_settings
SET quote_all_identifiers = off
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, MDY'
SET IntervalStyle = 'postgres'
SET extra_float_digits = 3
SET bytea_output = 'hex'
SET lc_monetary = 'C'
AS $$
  SELECT sha256(convert_to(jsonb_build_array(
      p.oid::regprocedure::text, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.proowner::bigint,
      pg_get_userbyid(p.proowner), l.lanname, l.lanowner::bigint, p.prokind, p.prosecdef, p.proleakproof, p.proisstrict,
      p.proretset, p.provolatile, p.proparallel, p.procost, p.prorows, p.prosupport::bigint, p.protrftypes::text, p.prosrc,
      p.probin, pg_get_function_sqlbody(p.oid), p.proconfig)::text, 'UTF8'))
  FROM pg_proc p
  JOIN pg_language l ON l.oid = p.prolang
  WHERE p.oid = function_definition.routine
$$;
ALTER FUNCTION archive.function_definition(oid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.function_definition(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.function_definition(oid) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.function_definition(oid) IS
  'SHA-256 over all that makes a function what it is: source, language, owner, volatility, settings and the rest; null if there is none';
