-- Without PL/Java the engine is not in the database: a runner restores.
CREATE OR REPLACE FUNCTION archive.begin_restore(policy text, options jsonb)
RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '0A000',
    MESSAGE = 'archive.begin_restore needs PL/Java, which this database does not have',
    HINT = 'SELECT archive.request(''<policy>'', ''{"action": "restore", "from": "...", "to": "..."}'') asks a runner to do it; so does archivist restore.';
END
$$;
ALTER FUNCTION archive.begin_restore(text, jsonb) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.begin_restore(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.begin_restore(text, jsonb) TO archive_owner;
COMMENT ON FUNCTION archive.begin_restore(text, jsonb) IS 'Raises 0A000: needs PL/Java. Use archive.request';
