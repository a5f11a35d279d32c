-- How the engine's Java raises an error of its own: raised in SQL it reaches the client with its
-- SQLSTATE, message, DETAIL and HINT, and without the name of a Java class before it.
CREATE OR REPLACE FUNCTION archive.raise_error(state text, message text, detail text, hint text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  shown_state text := coalesce(state, 'ZA018');
  shown_message text := coalesce(message, 'an error without a message');
BEGIN
  -- An option that is given but empty would reach the client as an empty DETAIL or HINT line.
  IF detail <> '' AND hint <> '' THEN
    RAISE EXCEPTION USING ERRCODE = shown_state, MESSAGE = shown_message, DETAIL = detail, HINT = hint;
  ELSIF hint <> '' THEN
    RAISE EXCEPTION USING ERRCODE = shown_state, MESSAGE = shown_message, HINT = hint;
  ELSIF detail <> '' THEN
    RAISE EXCEPTION USING ERRCODE = shown_state, MESSAGE = shown_message, DETAIL = detail;
  END IF;
  RAISE EXCEPTION USING ERRCODE = shown_state, MESSAGE = shown_message;
END
$$;
ALTER FUNCTION archive.raise_error(text, text, text, text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.raise_error(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.raise_error(text, text, text, text) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.raise_error(text, text, text, text) IS
  'Raises an error with SQLSTATE, message, detail and hint; used by the engine';
