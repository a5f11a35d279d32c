-- Who did what, in a chain of hashes: an entry that is changed, taken out or put in breaks it. Whoever
-- owns a table may switch its triggers off, empty it without them, or give it a column of a type
-- whose cast to json then runs with the rights of the trigger that writes the trail. So the trail and
-- what is audited belong to archive_auditor, of which nobody is a member. A later migration that
-- changes one of these tables joins that role and leaves it again, as the first and the last file do.
CREATE TABLE archive.audit (
  seq bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  who name NOT NULL,
  role name NOT NULL,
  application text NOT NULL,
  action text NOT NULL,
  policy text,
  details jsonb NOT NULL,
  previous bytea NOT NULL,
  hash bytea NOT NULL
);
COMMENT ON TABLE archive.audit IS
  'Who ran, restored, held, purged, or changed a policy, when and how; append-only, chained by SHA-256';
COMMENT ON COLUMN archive.audit.who IS 'the login';
COMMENT ON COLUMN archive.audit.role IS 'the role that the login had taken on, or none';
COMMENT ON COLUMN archive.audit.previous IS 'hash of the entry before; 32 zero bytes in the first';
COMMENT ON COLUMN archive.audit.hash IS 'archive.audit_hash of the entry';

CREATE TABLE archive.audit_tail (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  seq bigint NOT NULL,
  hash bytea NOT NULL
);
INSERT INTO archive.audit_tail (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
COMMENT ON TABLE archive.audit_tail IS 'The newest entry of archive.audit, so that entries missing at its end are found';

-- Entries wait here until their transaction commits, so that the chain is locked for that moment only.
CREATE TABLE archive.audit_inbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  who name NOT NULL DEFAULT session_user,
  role name NOT NULL DEFAULT current_setting('role'),
  application text NOT NULL DEFAULT current_setting('application_name'),
  action text NOT NULL,
  policy text,
  details jsonb NOT NULL
);

-- Which stores and reports' directories were taken over, and from whom: archivist store take-over.
CREATE TABLE archive.take_overs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  place text NOT NULL,
  previous_owner text NOT NULL,
  state text NOT NULL DEFAULT 'taken over' CHECK (state = 'taken over'),
  taken_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE archive.take_overs IS
  'Stores and directories of report files that this database took over, and from whom; audited';

CREATE FUNCTION archive.audit_hash(entry archive.audit)
RETURNS bytea
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to(encode(entry.previous, 'hex')
  || jsonb_build_array(entry.seq, (extract(epoch FROM entry.at) * 1000000)::bigint, entry.who, entry.role,
    entry.application, entry.action, entry.policy, entry.details)::text, 'UTF8'));
COMMENT ON FUNCTION archive.audit_hash(archive.audit) IS
  'SHA-256 over the hash before in hexadecimal, and the entry''s content as jsonb array, its time in microseconds since 1970';

CREATE FUNCTION archive.audit_chain()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  tail archive.audit_tail;
  entry archive.audit;
BEGIN
  SELECT t.* INTO STRICT tail FROM archive.audit_tail t FOR UPDATE;
  entry := ROW(tail.seq + 1, NEW.at, NEW.who, NEW.role, NEW.application, NEW.action, NEW.policy,
    NEW.details, tail.hash, NULL)::archive.audit;
  entry.hash := archive.audit_hash(entry);
  INSERT INTO archive.audit SELECT entry.*;
  UPDATE archive.audit_tail SET seq = entry.seq, hash = entry.hash;
  DELETE FROM archive.audit_inbox WHERE id = NEW.id;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON archive.audit_inbox
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION archive.audit_chain();

CREATE FUNCTION archive.audit_is_append_only()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'ZA044',
    MESSAGE = format('%s of archive.audit is not allowed', lower(TG_OP)),
    HINT = 'The audit trail is append-only.';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON archive.audit
  FOR EACH STATEMENT EXECUTE FUNCTION archive.audit_is_append_only();

-- The trigger's argument says what a row of the watched table is.
CREATE FUNCTION archive.audit_change()
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
    FROM jsonb_each(new_row) WHERE old_row -> key IS DISTINCT FROM value AND key <> 'valid_from';
    IF told IS NULL THEN
      RETURN NULL;
    END IF;
    what := noun || ' ' || CASE
      WHEN noun = 'hold' AND told ? 'released_at' THEN 'released'
      WHEN told ? 'state' THEN new_row ->> 'state'
      ELSE 'changed' END;
    told := jsonb_build_object('changed', told)
      || (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(new_row)
        WHERE key IN ('hold_id', 'bin_id', 'month', 'position', 'table_name', 'number'))
      || (SELECT CASE WHEN noun = 'bin' THEN jsonb_build_object('tables', jsonb_object_agg(t.table_name, t.rows)) ELSE '{}' END
        FROM archive.bin_tables t WHERE noun = 'bin' AND t.bin_id = (new_row ->> 'bin_id')::uuid);
  ELSE
    what := noun || ' ' || CASE WHEN TG_OP = 'DELETE' THEN 'deleted'
      ELSE coalesce(new_row ->> 'state', 'made') END;
    told := coalesce(new_row, old_row);
  END IF;
  INSERT INTO archive.audit_inbox (action, policy, details)
  SELECT what,
    coalesce(row ->> 'policy', row ->> 'job_type', row ->> 'name',
      (SELECT b.policy FROM archive.bin b WHERE b.bin_id = (row ->> 'bin_id')::uuid)),
    -- what is not said is left out; a null further inside is what was said
    (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(told) WHERE value <> 'null')
  FROM (SELECT coalesce(new_row, old_row) AS row) AS watched;
  RETURN NULL;
END
$$;

CREATE FUNCTION archive.verify_audit()
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH chain AS (
    SELECT audit.seq,
      audit.hash = archive.audit_hash(audit)
        AND audit.seq = coalesce(lag(audit.seq) OVER in_order, 0) + 1
        AND audit.previous = coalesce(lag(audit.hash) OVER in_order, decode(repeat('00', 32), 'hex')) AS whole,
      audit.hash
    FROM archive.audit
    WINDOW in_order AS (ORDER BY audit.seq)
  ),
  newest AS (
    SELECT chain.seq, chain.hash FROM chain ORDER BY chain.seq DESC LIMIT 1
  ),
  found AS (
    SELECT (SELECT count(*) FROM chain) AS entries,
      (SELECT min(chain.seq) FROM chain WHERE NOT chain.whole) AS broken_at,
      tail.seq AS tail_seq, tail.hash AS tail_hash,
      (coalesce((SELECT newest.seq FROM newest), 0),
        coalesce((SELECT newest.hash FROM newest), decode(repeat('00', 32), 'hex'))) = (tail.seq, tail.hash) AS ends_well
    FROM (SELECT max(t.seq) AS seq, (array_agg(t.hash))[1] AS hash FROM archive.audit_tail t) AS tail
  )
  SELECT jsonb_build_object('ok', found.broken_at IS NULL AND coalesce(found.ends_well, false),
    'entries', found.entries,
    'broken_at', coalesce(found.broken_at, CASE WHEN NOT coalesce(found.ends_well, false) THEN found.entries + 1 END),
    'newest', coalesce(found.tail_seq, 0), 'hash', coalesce(encode(found.tail_hash, 'hex'), ''))
  FROM found;
END;
COMMENT ON FUNCTION archive.verify_audit() IS
  'Checks the chain of archive.audit: {ok, entries, broken_at: the first entry that does not fit, newest, hash}. Keep newest and hash elsewhere: then even who rewrites the whole trail is found out';

COMMENT ON FUNCTION archive.audit_chain() IS 'Trigger: puts an entry that waits into the chain when its transaction commits';
COMMENT ON FUNCTION archive.audit_change() IS 'Trigger: leaves an entry for what is begun, ended or changed';
COMMENT ON FUNCTION archive.audit_is_append_only() IS 'Trigger: refuses every change of the audit trail (ZA044)';

CREATE TRIGGER audit AFTER INSERT OR DELETE ON "${app_schema}".archive_jobs
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('job');
-- Counters change with every batch; a job is told when it is asked for, begins and ends.
CREATE TRIGGER audit_status AFTER UPDATE ON "${app_schema}".archive_jobs
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION archive.audit_change('job');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON archive.holds
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('hold');
-- that they are recorded for the first time belongs to the job that does it
CREATE TRIGGER audit AFTER UPDATE OR DELETE ON archive.archived_columns
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('archived column');
CREATE TRIGGER audit AFTER UPDATE OR DELETE ON archive.archived_properties
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('archived property');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON archive.trusted_functions
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('trusted function');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON archive.take_overs
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('store');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON archive.bin
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('bin');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON archive.bin_tables
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('bin table');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON archive.policies
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('policy');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON archive.policy_tables
  FOR EACH ROW EXECUTE FUNCTION archive.audit_change('policy table');
