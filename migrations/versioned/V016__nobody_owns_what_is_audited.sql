-- Who owns a table may switch its triggers off, empty it without them, or give it a column of a type
-- whose cast to json then runs with the rights of the trigger that writes the audit trail. So what
-- is audited gets an owner of which nobody is a member; archive_owner keeps the rights on its rows.
-- A later migration that changes one of these tables has to take on and lay down archive_auditor
-- as this one does.
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'archive_auditor', 'MEMBER') THEN
    EXECUTE format('GRANT archive_auditor TO %I', current_user);
  END IF;
END
$$;
GRANT USAGE, CREATE ON SCHEMA archive, "${app_schema}" TO archive_auditor;

CREATE OR REPLACE FUNCTION archive.audit_change()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
AS $$
DECLARE
  noun text := TG_ARGV[0];
  old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  what text;
  told jsonb;
BEGIN
  IF noun = 'job' AND TG_OP <> 'DELETE' THEN
    what := (new_row ->> 'action') || ' ' || CASE new_row ->> 'status'
      WHEN 'pending' THEN 'requested' WHEN 'running' THEN 'began' ELSE new_row ->> 'status' END;
    told := new_row - ARRAY['result', 'created_at', 'session_pid', 'action', 'status', 'job_type'];
  ELSIF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(key, jsonb_build_array(old_row -> key, value)) INTO told
    FROM jsonb_each(new_row) WHERE old_row -> key IS DISTINCT FROM value;
    IF told IS NULL THEN
      RETURN NULL;
    END IF;
    what := noun || ' ' || CASE
      WHEN noun = 'hold' AND told ? 'released_at' THEN 'released'
      WHEN told ? 'state' THEN new_row ->> 'state'
      ELSE 'changed' END;
    told := jsonb_build_object('changed', told)
      || (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(new_row)
        WHERE key IN ('hold_id', 'bin_id', 'month', 'rows', 'table_name'));
  ELSE
    what := noun || ' ' || CASE WHEN TG_OP = 'DELETE' THEN 'deleted'
      ELSE coalesce(new_row ->> 'state', 'made') END;
    told := coalesce(new_row, old_row);
  END IF;
  INSERT INTO archive.audit_inbox (action, policy, details)
  SELECT what, coalesce(row ->> 'policy', row ->> 'job_type', row ->> 'name'),
    -- what is not said is left out; a null further inside is what somebody said
    (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(told) WHERE value <> 'null')
  FROM (SELECT coalesce(new_row, old_row) AS row) AS watched;
  RETURN NULL;
END
$$;

ALTER TABLE "${app_schema}".archive_jobs OWNER TO archive_auditor;
ALTER TABLE archive.policies OWNER TO archive_auditor;
ALTER TABLE archive.holds OWNER TO archive_auditor;
ALTER TABLE archive.bin OWNER TO archive_auditor;
GRANT SELECT, INSERT, UPDATE, DELETE
  ON "${app_schema}".archive_jobs, archive.policies, archive.holds, archive.bin TO archive_owner;

REVOKE CREATE ON SCHEMA archive, "${app_schema}" FROM archive_auditor;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_auth_members m
    WHERE m.roleid = 'archive_auditor'::regrole AND m.member = current_user::regrole) THEN
    EXECUTE format('REVOKE archive_auditor FROM %I', current_user);
  END IF;
END
$$;
