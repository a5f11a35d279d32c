-- Without PL/Java nobody can run a job inside the database.
CREATE OR REPLACE PROCEDURE archive.run(policy text)
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '0A000',
    MESSAGE = 'archive.run needs PL/Java, which this database does not have',
    HINT = pg_catalog.format('SELECT archive.request(%L) queues a run for a runner; archivist doctor says how to get PL/Java.', coalesce(policy, '<policy>'));
END
$$;
ALTER PROCEDURE archive.run(text) OWNER TO archive_engine;
REVOKE ALL ON PROCEDURE archive.run(text) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE archive.run(text) TO archive_owner, archive_operator;
COMMENT ON PROCEDURE archive.run(text) IS 'Raises 0A000: needs PL/Java. Use archive.request';
