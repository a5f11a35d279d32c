-- With the rights of the caller: who is the owner of a function that calls this one vouches as that owner.
CREATE OR REPLACE FUNCTION archive.trust(routine text, reason text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $$
DECLARE
  parts text[];
  named text[];
  trusted text;
BEGIN
  named := ARRAY[routine];
  IF position('(' IN routine) = 0 THEN
    BEGIN
      parts := parse_ident(routine);
    EXCEPTION WHEN OTHERS THEN
      parts := '{}'; -- nothing that could be a function's name
    END;
    named := ARRAY(
      SELECT p.oid::regprocedure::text
      FROM pg_proc p
      JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE p.proname = parts[cardinality(parts)] AND (cardinality(parts) = 1 OR cardinality(parts) = 2 AND n.nspname = parts[1])
      ORDER BY 1);
  END IF;
  IF cardinality(named) <> 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA047',
      MESSAGE = CASE cardinality(named) WHEN 0 THEN format('there is no function %s', routine)
        ELSE format('there are several functions %s: %s', routine, array_to_string(named, ', ')) END,
      HINT = 'Say it with its schema and the types of its arguments, as the refusal does: public.shown(integer).';
  END IF;
  INSERT INTO archive.trusted_functions AS f (routine, reason)
  VALUES (coalesce(named[1], ''), trust.reason)
  ON CONFLICT ON CONSTRAINT trusted_functions_pkey DO UPDATE SET reason = excluded.reason
  RETURNING f.routine INTO trusted;
  RETURN trusted;
END
$$;
ALTER FUNCTION archive.trust(text, text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.trust(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.trust(text, text) TO archive_owner;
COMMENT ON FUNCTION archive.trust(text, text) IS
  'Vouches for a function that others may replace, as it is now; its name as it was written down. It may run with the rights of every role if a superuser says so, else of those that the current role may act as. Audited. ZA047 if there is none, or several of the name';
