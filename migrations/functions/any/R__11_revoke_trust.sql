CREATE OR REPLACE FUNCTION archive.revoke_trust(routine text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $$
DECLARE
  named text := routine;
  revoked bigint;
BEGIN
  BEGIN
    named := coalesce(to_regprocedure(routine)::text, routine);
  EXCEPTION WHEN OTHERS THEN
    NULL; -- it may be gone
  END;
  DELETE FROM archive.trusted_functions f
  WHERE f.routine IN (named, revoke_trust.routine)
    OR position('(' IN revoke_trust.routine) = 0 AND starts_with(f.routine, revoke_trust.routine || '(');
  GET DIAGNOSTICS revoked = ROW_COUNT;
  IF revoked = 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA047',
      MESSAGE = format('nobody vouches for function %s', routine),
      HINT = 'SELECT routine FROM archive.trusted_functions lists those that somebody vouches for.';
  END IF;
  RETURN revoked;
END
$$;
ALTER FUNCTION archive.revoke_trust(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.revoke_trust(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.revoke_trust(text) TO archive_owner;
COMMENT ON FUNCTION archive.revoke_trust(text) IS
  'Takes back what anybody has vouched for the function; how many had. Audited. ZA047 if nobody had';
