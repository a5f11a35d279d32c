-- One run of one policy. Users query this table; its columns keep their published names.
CREATE TABLE "${app_schema}".archive_jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  job_type varchar(50) NOT NULL,
  -- pending:   asked for with archive.request, no runner has taken it yet
  -- running:   a session works on it and holds the policy's advisory lock
  -- completed: every row older than the cutoff was handled, but for those that were held and for
  --            records_left, some of which archive.rows_left names
  -- failed:    error_message says why; what its batches committed stays archived
  -- cancelled: told to stop; the next run continues where it ended
  status varchar(50) NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  started_at timestamptz,
  completed_at timestamptz,
  records_processed bigint NOT NULL DEFAULT 0,
  records_archived bigint NOT NULL DEFAULT 0,
  records_deleted bigint NOT NULL DEFAULT 0,
  bytes_archived bigint NOT NULL DEFAULT 0,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  cutoff timestamptz,
  policy_version integer,
  host varchar(20) CHECK (host IN ('runner', 'in-database')),
  batches bigint NOT NULL DEFAULT 0,
  requested_by name NOT NULL DEFAULT session_user,
  action varchar(20) NOT NULL DEFAULT 'run' CHECK (action IN ('run', 'plan', 'verify', 'restore', 'purge', 'reconcile')),
  options jsonb NOT NULL DEFAULT '{}',
  session_pid integer,
  result jsonb,
  records_left bigint,
  CONSTRAINT archive_jobs_pending_has_not_started CHECK ((status = 'pending') = (started_at IS NULL)),
  CONSTRAINT archive_jobs_open_has_not_completed CHECK ((status IN ('pending', 'running')) = (completed_at IS NULL))
);
CREATE INDEX ix_archive_jobs_started ON "${app_schema}".archive_jobs (started_at DESC);
CREATE INDEX ix_archive_jobs_open ON "${app_schema}".archive_jobs (job_type, created_at)
  WHERE status IN ('pending', 'running');
COMMENT ON TABLE "${app_schema}".archive_jobs IS 'One row for every run of a policy';
COMMENT ON COLUMN "${app_schema}".archive_jobs.job_type IS 'name of the policy';
COMMENT ON COLUMN "${app_schema}".archive_jobs.cutoff IS
  'rows older than this instant were handled; fixed when the job began';
COMMENT ON COLUMN "${app_schema}".archive_jobs.policy_version IS
  'which version of the policy the job followed; see archive.policy_versions';
COMMENT ON COLUMN "${app_schema}".archive_jobs.records_processed IS 'live rows that the job took; for a restore, archived rows that it restored or copied';
COMMENT ON COLUMN "${app_schema}".archive_jobs.records_archived IS
  'rows that the archive gained; for a roll-up, values that are new';
COMMENT ON COLUMN "${app_schema}".archive_jobs.records_deleted IS 'live rows deleted';
COMMENT ON COLUMN "${app_schema}".archive_jobs.bytes_archived IS
  'bytes that left the live tier: rows by the size of their values, reports by their files'' sizes';
COMMENT ON COLUMN "${app_schema}".archive_jobs.host IS 'where the engine ran';

COMMENT ON COLUMN "${app_schema}".archive_jobs.session_pid IS
  'backend that runs the job and holds its policy''s lock';

COMMENT ON COLUMN "${app_schema}".archive_jobs.action IS
  'run archives, restore takes back, purge ends what is past its retention, reconcile brings reports and objects together; plan and verify, asked for where PL/Java is absent, leave their answer in result';
COMMENT ON COLUMN "${app_schema}".archive_jobs.result IS 'answer to a requested plan or verify';
COMMENT ON COLUMN "${app_schema}".archive_jobs.records_left IS
  'rows of the root that were old enough and not held when a run ended, but stay live; archive.rows_left names them';

-- The same rows under a name that does not depend on the application's schema.
CREATE VIEW archive.jobs AS SELECT * FROM "${app_schema}".archive_jobs;
COMMENT ON VIEW archive.jobs IS 'archive_jobs, wherever the application''s schema is';

-- How far a running job has come. Gone when the job is closed.
CREATE TABLE archive.job_progress (
  job_id uuid PRIMARY KEY,
  scan text NOT NULL CHECK (scan IN ('index', 'blocks')),
  position_time timestamptz,
  position_block bigint,
  end_block bigint,
  pass smallint NOT NULL DEFAULT 1,
  deleted_in_pass bigint NOT NULL DEFAULT 0,
  found_in_pass bigint NOT NULL DEFAULT 0,
  CHECK ((scan = 'index') = (position_time IS NOT NULL)),
  CHECK ((scan = 'blocks') = (position_block IS NOT NULL AND end_block IS NOT NULL))
);
COMMENT ON TABLE archive.job_progress IS 'Where the next batch of a running job begins';
COMMENT ON COLUMN archive.job_progress.pass IS 'counts from 1: what others had locked, or moved past the scan, is looked for again';
COMMENT ON COLUMN archive.job_progress.deleted_in_pass IS 'live rows deleted since the pass began';
COMMENT ON COLUMN archive.job_progress.found_in_pass IS 'rows of the root that the scan found since then, taken or not';

-- What a run left although it was old enough: its last run's, for each policy.
CREATE TABLE archive.rows_left (
  job_id uuid NOT NULL,
  row_key text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('refused', 'locked')),
  sqlstate text,
  message text NOT NULL,
  found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (job_id, row_key)
);
COMMENT ON TABLE archive.rows_left IS
  'Rows that the last run of each policy left live although they were old enough: all that the archive refused, and up to 20 that others had locked';
COMMENT ON COLUMN archive.rows_left.row_key IS
  'the row of the policy''s root: its primary key as a JSON object, or else its place and time';
COMMENT ON COLUMN archive.rows_left.reason IS
  'refused: the archive did not take it, or a descendant; locked: others had locked or were changing it';
COMMENT ON COLUMN archive.rows_left.message IS 'what PostgreSQL said of column and constraint, without values of the row';

-- A runner restores and purges with rights of its own, so a job must be what was asked for by one who
-- may ask for it: an operator can neither put a restore into the queue past archive.request
-- nor make another job into one. Nor can it say which id a job has: a store knows jobs by their ids, and
-- that the database knows them, too, is how it is told that it is not an older one.
CREATE FUNCTION archive.job_is_as_asked()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  may_change text[];
BEGIN
  IF TG_OP = 'INSERT' AND NEW.options ? 'into' THEN
    PERFORM archive.require_may_fill(NEW.options ->> 'into');
  END IF;
  IF pg_has_role(session_user, 'archive_owner', archive.acting_membership()) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.id := gen_random_uuid();
    NEW.requested_by := session_user;
    IF NEW.action IN ('restore', 'purge', 'reconcile') THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA012',
        MESSAGE = format('role %s may not take anything out of the archive', session_user),
        HINT = format('GRANT archive_owner TO %s, for as long as it restores or purges.', session_user);
    ELSIF NEW.status NOT IN ('pending', 'running') THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA012',
        MESSAGE = format('role %s may not write down a job that has ended', session_user),
        HINT = 'Ask for one with archive.request, or run one.';
    END IF;
  ELSIF (NEW.id, NEW.job_type, NEW.action, NEW.options, NEW.requested_by, NEW.created_at)
      IS DISTINCT FROM (OLD.id, OLD.job_type, OLD.action, OLD.options, OLD.requested_by, OLD.created_at)
    OR (OLD.status <> 'pending' AND (NEW.status = 'pending' OR NEW.cutoff IS DISTINCT FROM OLD.cutoff
      OR NEW.session_pid IS DISTINCT FROM OLD.session_pid))
    OR (OLD.status NOT IN ('pending', 'running') AND NEW.status <> OLD.status)
    OR (OLD.status = 'pending' AND NEW.status = 'completed')
    -- of what another role asked for, and another session works on or did, only that it was interrupted
    OR (OLD.status <> 'pending' AND OLD.requested_by <> session_user AND OLD.session_pid IS DISTINCT FROM pg_backend_pid()
      AND NOT (OLD.status = 'running' AND NEW.status = 'failed'))
    OR (OLD.action <> 'run' AND NEW.status <> OLD.status AND NEW.status IN ('running', 'completed')) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA012',
      MESSAGE = format('role %s may not change what job %s is', session_user, OLD.id),
      HINT = 'Ask for another with archive.request.';
  ELSIF OLD.requested_by <> session_user AND OLD.session_pid IS DISTINCT FROM pg_backend_pid() THEN
    -- what another role asked for is begun in this session, or closed, and says who closed it
    may_change := CASE
      WHEN NEW.status = OLD.status THEN '{}'::text[]
      WHEN NEW.status = 'running' THEN ARRAY['status', 'started_at', 'cutoff', 'host', 'policy_version', 'session_pid']
      ELSE ARRAY['status', 'completed_at', 'error_message'] || CASE OLD.status WHEN 'pending' THEN ARRAY['started_at'] END
    END;
    IF to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change
      OR (NEW.status = 'running' AND NEW.session_pid IS DISTINCT FROM pg_backend_pid()) THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA012',
        MESSAGE = format('role %s may not change what job %s did', session_user, OLD.id),
        HINT = 'What another role asked for can be begun, cancelled or refused.';
    END IF;
    NEW.error_message := CASE
      WHEN NEW.status = 'cancelled' THEN format('cancelled by role %s before it began', session_user)
      WHEN NEW.status = 'failed' AND OLD.status = 'running' THEN
        'interrupted: the session that ran the job ended; what its committed batches did stays'
      WHEN NEW.status = 'failed' THEN format('refused by role %s: %s', session_user, NEW.error_message)
      ELSE NEW.error_message END;
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION archive.job_is_as_asked() IS
  'Trigger: only a member of archive_owner may ask for a restore or a purge, and nobody else changes what a job is (ZA012)';
CREATE TRIGGER as_asked BEFORE INSERT OR UPDATE ON "${app_schema}".archive_jobs
  FOR EACH ROW EXECUTE FUNCTION archive.job_is_as_asked();

-- A runner's operator writes how far a job has come and what it left; of another's job that would end it too soon, or
-- put words into what the trail has of it. The next run tidies up after jobs that have ended.
CREATE FUNCTION archive.job_is_own()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  jobs uuid[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.job_id] WHEN 'DELETE' THEN ARRAY[OLD.job_id]
    ELSE ARRAY[OLD.job_id, NEW.job_id] END;
  other uuid;
BEGIN
  -- the engine in the database is archive_engine here, and writes of no job but the one that it works on
  IF NOT pg_has_role(current_user, 'archive_owner', 'USAGE') THEN
    SELECT named.id INTO other
    FROM unnest(jobs) AS named (id)
    LEFT JOIN archive.jobs AS job ON job.id = named.id
    WHERE NOT coalesce(job.requested_by = session_user
        OR job.status = 'running' AND job.session_pid = pg_backend_pid()
        OR job.status <> 'running' AND TG_OP = 'DELETE', TG_OP = 'DELETE')
    LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA012',
        MESSAGE = format('role %s may not write what job %s did or left', session_user, other),
        HINT = 'A role writes that of jobs which it asked for, or which run in its session.';
    END IF;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION archive.job_is_own() IS
  'Trigger: who has not the rights of archive_owner writes only of jobs which they asked for, or which run in their session (ZA012)';
CREATE TRIGGER own_job BEFORE INSERT OR UPDATE OR DELETE ON archive.job_progress
  FOR EACH ROW EXECUTE FUNCTION archive.job_is_own();
CREATE TRIGGER own_job BEFORE INSERT OR UPDATE OR DELETE ON archive.rows_left
  FOR EACH ROW EXECUTE FUNCTION archive.job_is_own();
