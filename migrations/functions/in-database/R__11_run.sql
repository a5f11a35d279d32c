-- No SECURITY DEFINER and no SET clause: PostgreSQL allows COMMIT only without them. Everything is
-- named with its schema, and what it calls protects itself.
CREATE OR REPLACE PROCEDURE archive.run(policy text)
LANGUAGE plpgsql
AS $$
DECLARE
  job pg_catalog.uuid;
  batch_done pg_catalog.bool := false;
  tries pg_catalog.int4 := 0;
  failed pg_catalog.bool := false;
  state pg_catalog.text;
  message pg_catalog.text;
  detail pg_catalog.text;
  hint pg_catalog.text;
BEGIN
  IF policy IS NULL THEN
    PERFORM archive.raise_error('ZA002', 'no policy is named NULL', NULL,
      'SELECT name FROM archive.policies lists them.');
  END IF;
  job := archive.begin_job(policy);
  COMMIT;
  WHILE NOT batch_done AND NOT failed LOOP
    BEGIN
      SELECT b.done INTO batch_done FROM archive.run_batch(job) AS b;
      tries := 0;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
      -- a lock was not free, or transactions collided: the batch is undone and tried again
      tries := tries OPERATOR(pg_catalog.+) 1;
      failed := tries OPERATOR(pg_catalog.>) 10
        OR NOT (state OPERATOR(pg_catalog.=) ANY (ARRAY['55P03', '40001', '40P01']));
    END;
    COMMIT;
    IF tries OPERATOR(pg_catalog.>) 0 AND NOT failed THEN
      PERFORM pg_catalog.pg_sleep(0.1);
    END IF;
  END LOOP;
  IF failed THEN
    PERFORM archive.finish_job(job, 'failed', message);
    COMMIT;
    PERFORM archive.raise_error(state, message, detail, hint);
  END IF;
  PERFORM archive.finish_job(job, 'completed', NULL);
END
$$;
ALTER PROCEDURE archive.run(text) OWNER TO archive_engine;
REVOKE ALL ON PROCEDURE archive.run(text) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE archive.run(text) TO archive_owner, archive_operator;
COMMENT ON PROCEDURE archive.run(text) IS
  'Runs a whole job of the policy: begin, batches with a COMMIT after each, finish. Call it outside a transaction block';
