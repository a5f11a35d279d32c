CREATE OR REPLACE FUNCTION archive.request(policy text, options jsonb DEFAULT '{}')
RETURNS uuid
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  job_id uuid;
  action text := coalesce(request.options ->> 'action', 'run');
  asked jsonb := request.options;
BEGIN
  IF NOT EXISTS (SELECT FROM archive.policies p WHERE p.name = request.policy) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA002',
      MESSAGE = format('no policy is named "%s"', request.policy),
      HINT = 'SELECT name FROM archive.policies lists them.';
  END IF;
  IF action = 'restore' THEN
    -- A runner restores with rights of its own, so only those may ask for it who could do it themselves.
    IF NOT pg_has_role(session_user, 'archive_owner', 'USAGE') THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA012',
        MESSAGE = format('role %s may not take anything out of the archive', session_user),
        HINT = format('GRANT archive_owner TO %s, for as long as it restores.', session_user);
    END IF;
    asked := archive.restore_options(request.policy, request.options - 'action');
  ELSIF action NOT IN ('run', 'plan', 'verify') OR request.options - 'action' <> '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = format('the options cannot be understood: %s', request.options),
      HINT = 'There is one option: {"action": "run"}, "plan" or "verify"; "restore" has more: "from", "to", "into", "where", "hold".';
  END IF;
  INSERT INTO archive.jobs (job_type, status, action, options, requested_by)
  VALUES (request.policy, 'pending', action, asked, session_user)
  RETURNING id INTO job_id;
  PERFORM pg_notify('archive_requests', request.policy);
  RETURN job_id;
END
$$;
ALTER FUNCTION archive.request(text, jsonb) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.request(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.request(text, jsonb) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.request(text, jsonb) IS
  'Queues a job for a runner and returns its id; a runner takes it within a second of the commit. Options: {"action": "run" | "plan" | "verify"}, or {"action": "restore", "from": "...", "to": "..."} and what archive.begin_restore takes. ZA002, ZA012, ZA015, ZA041';
