-- Without PL/Java a runner answers: the answer is in archive_jobs.result soon after the commit.
CREATE OR REPLACE FUNCTION archive.verify(policy text)
RETURNS jsonb
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  job uuid := archive.request(policy, '{"action": "verify"}');
BEGIN
  RETURN jsonb_build_object('queued', job,
    'hint', format('A runner answers within a second: SELECT status, result FROM archive.jobs WHERE id = %L;', job));
END
$$;
ALTER FUNCTION archive.verify(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.verify(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.verify(text) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.verify(text) IS
  'Queues the question for a runner, because this database has no PL/Java; returns {"queued": job id}';
