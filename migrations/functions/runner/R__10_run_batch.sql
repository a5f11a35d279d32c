-- Without PL/Java the engine is not in the database: batches are run by a runner.
CREATE OR REPLACE FUNCTION archive.run_batch(job uuid,
  OUT records_processed bigint, OUT records_archived bigint, OUT records_deleted bigint,
  OUT bytes_archived bigint, OUT done boolean)
RETURNS record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '0A000',
    MESSAGE = 'archive.run_batch needs PL/Java, which this database does not have',
    HINT = 'SELECT archive.request(''<policy>'') queues a run for a runner; archivist doctor says how to get PL/Java.';
END
$$;
ALTER FUNCTION archive.run_batch(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.run_batch(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.run_batch(uuid) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.run_batch(uuid) IS 'Raises 0A000: needs PL/Java. Use archive.request';
