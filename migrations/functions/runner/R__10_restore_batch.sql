-- Without PL/Java the engine is not in the database: a runner restores.
CREATE OR REPLACE FUNCTION archive.restore_batch(job uuid,
  OUT records_restored bigint, OUT records_present bigint, OUT bytes_restored bigint, OUT done boolean)
RETURNS record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '0A000',
    MESSAGE = 'archive.restore_batch needs PL/Java, which this database does not have',
    HINT = 'SELECT archive.request(''<policy>'', ''{"action": "restore", "from": "...", "to": "..."}'') asks a runner to do it; so does archivist restore.';
END
$$;
ALTER FUNCTION archive.restore_batch(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.restore_batch(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.restore_batch(uuid) TO archive_owner;
COMMENT ON FUNCTION archive.restore_batch(uuid) IS 'Raises 0A000: needs PL/Java. Use archive.request';
