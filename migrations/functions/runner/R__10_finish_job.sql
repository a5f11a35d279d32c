-- Without PL/Java the engine is not in the database: jobs are closed by a runner.
CREATE OR REPLACE FUNCTION archive.finish_job(job uuid, status text, error_message text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '0A000',
    MESSAGE = 'archive.finish_job needs PL/Java, which this database does not have',
    HINT = 'SELECT archive.request(''<policy>'') queues a run for a runner; archivist doctor says how to get PL/Java.';
END
$$;
ALTER FUNCTION archive.finish_job(uuid, text, text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.finish_job(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.finish_job(uuid, text, text) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.finish_job(uuid, text, text) IS 'Raises 0A000: needs PL/Java. Use archive.request';
