-- How the engine's Java raises an error of its own: raised in SQL it reaches the client with its
-- SQLSTATE, message, DETAIL and HINT, and without the name of a Java class before it.
CREATE OR REPLACE FUNCTION archive.raise_error(state text, message text, detail text, hint text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message,
    DETAIL = coalesce(detail, ''), HINT = coalesce(hint, '');
END
$$;
ALTER FUNCTION archive.raise_error(text, text, text, text) OWNER TO archive_owner;
REVOKE ALL ON FUNCTION archive.raise_error(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.raise_error(text, text, text, text) TO archive_operator, archive_reader;
COMMENT ON FUNCTION archive.raise_error(text, text, text, text) IS
  'Raises an error with SQLSTATE, message, detail and hint; used by the engine';
