CREATE OR REPLACE FUNCTION archive.request(policy text, options jsonb DEFAULT '{}')
RETURNS uuid
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  job_id uuid;
  unknown_option text;
BEGIN
  IF NOT EXISTS (SELECT FROM archive.policies p WHERE p.name = request.policy) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA002',
      MESSAGE = format('no policy is named "%s"', request.policy),
      HINT = 'SELECT name FROM archive.policies lists them.';
  END IF;
  SELECT key INTO unknown_option FROM jsonb_object_keys(request.options) AS key WHERE key <> 'action';
  IF unknown_option IS NOT NULL OR coalesce(request.options ->> 'action', 'run') NOT IN ('run', 'plan', 'verify') THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = format('the options cannot be understood: %s', request.options),
      HINT = 'There is one option: {"action": "run"}, "plan" or "verify".';
  END IF;
  INSERT INTO archive.jobs (job_type, status, action, options, requested_by)
  VALUES (request.policy, 'pending', coalesce(request.options ->> 'action', 'run'), request.options, session_user)
  RETURNING id INTO job_id;
  PERFORM pg_notify('archive_requests', request.policy);
  RETURN job_id;
END
$$;
ALTER FUNCTION archive.request(text, jsonb) OWNER TO archive_owner;
REVOKE ALL ON FUNCTION archive.request(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.request(text, jsonb) TO archive_operator;
COMMENT ON FUNCTION archive.request(text, jsonb) IS
  'Queues a job for a runner and returns its id; a runner takes it within a second of the commit. Options: {"action": "run" | "plan" | "verify"}';
