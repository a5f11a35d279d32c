-- Without PL/Java the engine is not in the database: jobs are begun by a runner.
CREATE OR REPLACE FUNCTION archive.begin_job(policy text)
RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '0A000',
    MESSAGE = 'archive.begin_job needs PL/Java, which this database does not have',
    HINT = 'SELECT archive.request(''<policy>'') queues a run for a runner; archivist doctor says how to get PL/Java.';
END
$$;
ALTER FUNCTION archive.begin_job(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.begin_job(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.begin_job(text) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.begin_job(text) IS 'Raises 0A000: needs PL/Java. Use archive.request';
