-- A runner restores and purges with rights of its own, so a job must be what somebody asked for who
-- may ask for it: an operator can neither put a restore into the queue behind archive.request's back
-- nor make another job into one.
CREATE FUNCTION archive.job_is_as_asked()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF pg_has_role(session_user, 'archive_owner', 'MEMBER') THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.requested_by := session_user;
    IF NEW.action IN ('restore', 'purge') THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA012',
        MESSAGE = format('role %s may not take anything out of the archive', session_user),
        HINT = format('GRANT archive_owner TO %s, for as long as it restores or purges.', session_user);
    END IF;
  ELSIF (NEW.id, NEW.job_type, NEW.action, NEW.options, NEW.requested_by, NEW.created_at)
      IS DISTINCT FROM (OLD.id, OLD.job_type, OLD.action, OLD.options, OLD.requested_by, OLD.created_at)
    OR (OLD.status <> 'pending' AND (NEW.status = 'pending' OR NEW.cutoff IS DISTINCT FROM OLD.cutoff))
    OR (OLD.status NOT IN ('pending', 'running') AND NEW.status <> OLD.status) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA012',
      MESSAGE = format('role %s may not change what job %s is', session_user, OLD.id),
      HINT = 'Ask for another with archive.request.';
  END IF;
  RETURN NEW;
END
$$;
ALTER FUNCTION archive.job_is_as_asked() OWNER TO archive_owner;
REVOKE ALL ON FUNCTION archive.job_is_as_asked() FROM PUBLIC;
COMMENT ON FUNCTION archive.job_is_as_asked() IS
  'Trigger: only a member of archive_owner may ask for a restore or a purge, and nobody else changes what a job is (ZA012)';
CREATE TRIGGER as_asked BEFORE INSERT OR UPDATE ON "${app_schema}".archive_jobs
  FOR EACH ROW EXECUTE FUNCTION archive.job_is_as_asked();
