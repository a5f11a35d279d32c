-- Anybody may SET what no extension defines; that a database or a role begins with it, only a superuser may say.
CREATE FUNCTION archive.may_rehearse()
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
RETURN pg_has_role(session_user, 'archive_owner', 'USAGE') OR EXISTS (
  SELECT
  FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS setting
  WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
    AND s.setrole IN (0, (SELECT r.oid FROM pg_roles r WHERE r.rolname = session_user))
    AND setting = 'archivist.now=' || current_setting('archivist.now', true));
COMMENT ON FUNCTION archive.may_rehearse() IS
  'Whether the setting archivist.now is of a member of archive_owner, or what ALTER DATABASE SET or ALTER ROLE SET says';

-- The one clock for cutoffs, retention and holds. The setting archivist.now stands in for it in rehearsals
-- and tests, if it is of somebody who may.
CREATE FUNCTION archive.clock()
RETURNS timestamptz
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN coalesce(current_setting('archivist.now', true), '') <> '' AND archive.may_rehearse()
  THEN current_setting('archivist.now')::timestamptz ELSE now() END;
COMMENT ON FUNCTION archive.clock() IS
  'The time by which rows age: now(), or the setting archivist.now where archive.may_rehearse()';

-- What ages, by which column, after how long, and what happens then. The engine knows no table by
-- name: everything it does, it does because of a row here.
CREATE TABLE archive.policies (
  policy_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9_]{0,49}$'),
  kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_]{0,29}$'),
  time_column text NOT NULL,
  archive_after interval NOT NULL CHECK (archive_after > interval '0'),
  keep_for interval CHECK (keep_for > interval '0'),
  bin_for interval NOT NULL DEFAULT interval '30 days' CHECK (bin_for >= interval '0'),
  batch_rows integer NOT NULL DEFAULT 10000 CHECK (batch_rows BETWEEN 1 AND 1000000),
  batch_bytes bigint NOT NULL DEFAULT 67108864 CHECK (batch_bytes > 0),
  enabled boolean NOT NULL DEFAULT true,
  settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
  version integer NOT NULL DEFAULT 1,
  valid_from timestamptz NOT NULL DEFAULT now(),
  -- Both are counted from the row's time: what would leave the archive as soon as it has come is
  -- refused. Intervals compare with months of 30 days.
  CONSTRAINT keep_for_is_longer_than_archive_after CHECK (keep_for > archive_after)
);
COMMENT ON TABLE archive.policies IS 'What is archived, when and how; one row a policy';
COMMENT ON COLUMN archive.policies.policy_id IS 'second key of the policy''s advisory locks';
COMMENT ON COLUMN archive.policies.kind IS
  'move: rows go to month partitions; rollup: samples become one value a period; offload: files go to the object store';
COMMENT ON COLUMN archive.policies.time_column IS 'column of the family''s root by which its rows age, timestamptz';
COMMENT ON COLUMN archive.policies.archive_after IS
  'age at which a row leaves the live table, counted from the row''s time, by the database''s clock, in UTC';
COMMENT ON COLUMN archive.policies.keep_for IS
  'age at which a row leaves the archive, counted from the row''s time, not from when it was archived, so longer than archive_after; null keeps for ever';
COMMENT ON COLUMN archive.policies.bin_for IS
  'how long what is past keep_for waits in the bin before it is dropped';
COMMENT ON COLUMN archive.policies.batch_rows IS 'most rows of the root that one transaction moves';
COMMENT ON COLUMN archive.policies.batch_bytes IS
  'most bytes, as stored, that one transaction moves, 64 MiB by default; a larger row goes alone';
COMMENT ON COLUMN archive.policies.settings IS
  'what the kind wants to know besides, as archive.check_<kind>_settings describes it';
COMMENT ON COLUMN archive.policies.version IS 'counts the changes of the rule; each job notes the version that it used';
COMMENT ON COLUMN archive.policies.valid_from IS 'since when the rule is this one; archive.policy_versions has those before';

CREATE FUNCTION archive.is_list_of_names(names text[])
RETURNS boolean
LANGUAGE sql
IMMUTABLE
STRICT
SET search_path = pg_catalog, pg_temp
RETURN coalesce(array_ndims(names), 0) = 1
  AND (SELECT count(nullif(name, '')) = count(*) AND count(DISTINCT name) = count(*) FROM unnest(names) AS name);
COMMENT ON FUNCTION archive.is_list_of_names(text[]) IS 'Whether there is at least one name, none empty, none null, none twice';

-- The tables of a policy: a family that ages together, by the time of its root.
CREATE TABLE archive.policy_tables (
  policy text NOT NULL REFERENCES archive.policies (name) ON UPDATE CASCADE ON DELETE CASCADE,
  position smallint NOT NULL CHECK (position >= 0),
  source_schema text NOT NULL,
  source_table text NOT NULL,
  archive_schema text NOT NULL,
  -- eight characters are kept for _YYYY_MM
  archive_table text NOT NULL CHECK (octet_length(archive_table) <= 55),
  parent_position smallint,
  parent_columns text[],
  own_columns text[],
  named_by name NOT NULL,
  PRIMARY KEY (policy, position),
  FOREIGN KEY (policy, parent_position) REFERENCES archive.policy_tables (policy, position) ON UPDATE CASCADE,
  CONSTRAINT archive_is_another_table CHECK (
    (source_schema, source_table) <> (archive_schema, archive_table)),
  -- PostgreSQL's tables and ours are nobody's to archive
  CONSTRAINT tables_are_of_the_application CHECK (
    source_schema !~ '^pg_' AND source_schema NOT IN ('information_schema', 'archive', 'archive_bin')
    AND archive_schema !~ '^pg_' AND archive_schema NOT IN ('information_schema', 'archive', 'archive_bin')),
  -- the statement that takes a family deletes from each table once
  CONSTRAINT table_stands_once_in_its_family UNIQUE (policy, source_schema, source_table),
  CONSTRAINT archive_belongs_to_one_policy UNIQUE (archive_schema, archive_table),
  CONSTRAINT child_says_which_rows_are_its_parents CHECK (
    CASE WHEN position = 0 THEN num_nulls(parent_position, parent_columns, own_columns) = 3
      ELSE num_nulls(parent_position, parent_columns, own_columns) = 0
        AND parent_position < position
        AND archive.is_list_of_names(parent_columns)
        AND archive.is_list_of_names(own_columns)
        AND cardinality(parent_columns) = cardinality(own_columns) END)
);
COMMENT ON TABLE archive.policy_tables IS
  'The tables of each policy and their archives: position 0 is the root, by whose time all age; descendants go with their root';
COMMENT ON COLUMN archive.policy_tables.position IS '0 for the root; a child comes after its parent';
COMMENT ON COLUMN archive.policy_tables.named_by IS
  'who named the tables last: whatever runs the policy takes rows only where this role may, and puts them only there';
COMMENT ON COLUMN archive.policy_tables.parent_columns IS 'columns of the parent that own_columns refer to, in their order';
COMMENT ON COLUMN archive.policy_tables.own_columns IS 'columns that refer to the parent''s parent_columns';
COMMENT ON COLUMN archive.policy_tables.archive_table IS
  'partitioned by month, by the root''s time: the root''s by its time column, a child''s by archived_root_time';

-- Rules are never lost, only ended: what was archived under an old one stays explainable.
CREATE TABLE archive.policy_versions (
  policy_id integer NOT NULL,
  version integer NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz NOT NULL DEFAULT now(),
  rule jsonb NOT NULL,
  PRIMARY KEY (policy_id, version)
);
COMMENT ON TABLE archive.policy_versions IS 'Rules as they were, each from when until when; the present one is in archive.policies';
COMMENT ON COLUMN archive.policy_versions.rule IS 'the row of archive.policies, and its tables under "tables"';

CREATE FUNCTION archive.policy_rule(policy archive.policies)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
SET "IntervalStyle" = postgres
AS $$
  SELECT to_jsonb(policy) || jsonb_build_object('tables',
    (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'policy' - 'named_by' ORDER BY t.position), '[]')
      FROM archive.policy_tables t WHERE t.policy = policy.name))
$$;
COMMENT ON FUNCTION archive.policy_rule(archive.policies) IS 'A row of archive.policies, and its tables under "tables"';

-- A change within the transaction that made the present version belongs to that version.
CREATE FUNCTION archive.keep_policy_version()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW IS NOT DISTINCT FROM OLD OR OLD.valid_from = now()) THEN
    RETURN NEW;
  END IF;
  INSERT INTO archive.policy_versions (policy_id, version, valid_from, rule)
  SELECT OLD.policy_id, OLD.version, OLD.valid_from, archive.policy_rule(OLD);
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  NEW.version := OLD.version + 1;
  NEW.valid_from := now();
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION archive.keep_policy_version() IS 'Trigger: keeps a rule that is changed or deleted in archive.policy_versions';

-- A table that is added to a rule, changed or taken out of it makes another rule of it.
CREATE FUNCTION archive.policy_tables_changed()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE archive.policies p SET valid_from = now()
  WHERE p.name = CASE TG_OP WHEN 'INSERT' THEN NEW.policy ELSE OLD.policy END AND p.valid_from <> now();
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION archive.policy_tables_changed() IS 'Trigger: a change of a policy''s tables is a new version of the policy';

-- Whoever names a table gains no right to it by what others run. A policy that is renamed takes its tables along.
CREATE FUNCTION archive.name_tables()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- a policy that gets another name names no other tables
  IF TG_OP = 'UPDATE' AND NEW.policy <> OLD.policy AND NOT EXISTS (SELECT FROM archive.policies p WHERE p.name = OLD.policy)
    AND to_jsonb(NEW) - 'policy' - 'named_by' = to_jsonb(OLD) - 'policy' - 'named_by' THEN
    NEW.named_by := OLD.named_by;
  ELSE
    NEW.named_by := current_user;
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION archive.name_tables() IS 'Trigger: writes down who named the tables of a policy';

-- Each kind checks its own settings: archive.check_<kind>_settings(policy) says what is wrong, or null.
CREATE FUNCTION archive.check_policy()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  problem text;
BEGIN
  IF to_regprocedure(format('archive.%I(archive.policies)', 'check_' || NEW.kind || '_settings')) IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA003',
      MESSAGE = format('policy "%s" is invalid: there is no kind "%s"', NEW.name, NEW.kind),
      HINT = format('There are these: %s.', (SELECT string_agg(substring(p.proname FROM '^check_(.*)_settings$'), ', ' ORDER BY p.proname)
        FROM pg_proc p
        WHERE p.pronamespace = 'archive'::regnamespace AND p.proname ~ '^check_.*_settings$'));
  END IF;
  -- Settings of two policies may exclude each other: one that is being made is waited for.
  PERFORM pg_advisory_xact_lock(1095910216, 0);
  EXECUTE format('SELECT archive.%I($1)', 'check_' || NEW.kind || '_settings') INTO problem USING NEW;
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA003',
      MESSAGE = format('policy "%s" is invalid: %s', NEW.name, problem),
      HINT = format('COMMENT ON FUNCTION archive.check_%s_settings says what its settings are.', NEW.kind);
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION archive.check_policy() IS 'Trigger: lets the policy''s kind check its settings (ZA003)';

-- Jobs, ledger, journal, bin and objects know a policy by its name.
CREATE FUNCTION archive.keep_policy_that_is_used()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  uses text[];
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.name = OLD.name THEN
    RETURN NEW;
  END IF;
  PERFORM archive.require_idle(OLD);
  IF TG_OP = 'UPDATE' THEN
    uses := ARRAY(
      SELECT 'jobs' WHERE EXISTS (SELECT FROM archive.jobs j WHERE j.job_type = OLD.name)
      UNION ALL
      SELECT 'ledger' WHERE EXISTS (SELECT FROM archive.ledger l WHERE l.policy = OLD.name)
      UNION ALL
      SELECT 'journal' WHERE EXISTS (SELECT FROM archive.batches b WHERE b.policy = OLD.name)
      UNION ALL
      SELECT 'bin' WHERE EXISTS (SELECT FROM archive.bin b WHERE b.policy = OLD.name)
      UNION ALL
      SELECT 'objects' WHERE EXISTS (SELECT FROM archive.stray_objects o WHERE o.policy = OLD.name)
        OR EXISTS (SELECT FROM archive.expiring_objects o WHERE o.policy = OLD.name));
    IF uses <> '{}' THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA004',
        MESSAGE = format('policy "%s" cannot be renamed: entries are kept under its name (%s)', OLD.name, array_to_string(uses, ', ')),
        HINT = 'Make a new policy.';
    END IF;
    RETURN NEW;
  END IF;
  uses := ARRAY(
    SELECT 'archived rows' WHERE EXISTS (SELECT FROM archive.ledger l WHERE l.policy = OLD.name AND l.rows > 0)
    UNION ALL
    SELECT 'months in the bin' WHERE EXISTS (SELECT FROM archive.bin b WHERE b.policy = OLD.name AND b.state IN ('detaching', 'binned'))
    UNION ALL
    SELECT 'objects that are to be deleted' WHERE EXISTS (SELECT FROM archive.stray_objects o WHERE o.policy = OLD.name)
      OR EXISTS (SELECT FROM archive.expiring_objects o WHERE o.policy = OLD.name)
    UNION ALL
    SELECT 'holds' WHERE EXISTS (SELECT FROM archive.holds h WHERE h.policy = OLD.name));
  IF uses <> '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA004',
      MESSAGE = format('policy "%s" cannot be deleted: it has %s', OLD.name, array_to_string(uses, ', ')),
      HINT = format('UPDATE archive.policies SET enabled = false WHERE name = ''%s''; lets it rest. Before it may go, its rows have to be restored or purged, and its holds deleted.', OLD.name);
  END IF;
  -- nothing is archived under them any more, and another policy may come to have the name
  DELETE FROM archive.archived_columns c WHERE c.policy = OLD.name;
  DELETE FROM archive.archived_properties p WHERE p.policy = OLD.name;
  RETURN OLD;
END
$$;
COMMENT ON FUNCTION archive.keep_policy_that_is_used() IS
  'Trigger: refuses to rename a policy that anything is kept under, and to delete one that has rows, objects or holds (ZA004), or a job at the moment (ZA001)';

-- Ledger, journal, bin and holds know a table by its position.
CREATE FUNCTION archive.keep_position_that_is_used()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rule archive.policies;
  uses text[];
BEGIN
  SELECT p.* INTO rule FROM archive.policies p WHERE p.name = OLD.policy;
  -- If there is no such policy any more, it was deleted or renamed, which was asked there.
  IF FOUND AND (TG_OP = 'DELETE' OR (NEW.policy, NEW.position) <> (OLD.policy, OLD.position)) THEN
    PERFORM archive.require_idle(rule);
    uses := ARRAY(
      SELECT 'ledger' WHERE EXISTS (SELECT FROM archive.ledger l WHERE l.policy = OLD.policy AND l.position = OLD.position)
      UNION ALL
      SELECT 'journal' WHERE EXISTS (SELECT FROM archive.batches b WHERE b.policy = OLD.policy AND b.position = OLD.position)
      UNION ALL
      SELECT 'bin' WHERE EXISTS (SELECT FROM archive.bin b JOIN archive.bin_tables t USING (bin_id)
        WHERE b.policy = OLD.policy AND t.position = OLD.position)
      UNION ALL
      SELECT 'holds' WHERE EXISTS (SELECT FROM archive.holds h WHERE h.policy = OLD.policy AND h.position = OLD.position));
    IF uses <> '{}' THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA004',
        MESSAGE = format('table %I.%I stays number %s of policy "%s": entries are kept under that number (%s)',
          OLD.source_schema, OLD.source_table, OLD.position, OLD.policy, array_to_string(uses, ', ')),
        HINT = 'Further tables may come behind it. For another family make a new policy, and let this one rest (enabled = false).';
    END IF;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION archive.keep_position_that_is_used() IS
  'Trigger: refuses to remove or renumber a policy''s table that has ledger, journal, bin or holds (ZA004), or while a job runs (ZA001)';

-- What a batch in hand will leave is not to be seen yet.
CREATE FUNCTION archive.require_idle(policy archive.policies)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(1095910216, policy.policy_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA001',
      MESSAGE = format('policy "%s" has a running job', policy.name),
      HINT = 'Wait until it has ended, and try again.';
  END IF;
END
$$;
COMMENT ON FUNCTION archive.require_idle(archive.policies) IS
  'Takes a policy''s lock until the transaction ends. ZA001 if another session holds it';

CREATE FUNCTION archive.check_positions()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  broken text;
BEGIN
  SELECT t.policy INTO broken
  FROM archive.policy_tables t
  WHERE t.policy IN (OLD.policy, NEW.policy)
  GROUP BY t.policy
  HAVING max(t.position) <> count(*) - 1
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA003',
      MESSAGE = format('policy "%s" is invalid: its tables are not numbered from 0 without gaps', broken),
      HINT = 'In archive.policy_tables the root is number 0, and its descendants 1, 2 and so on.';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION archive.check_positions() IS
  'Trigger: when a transaction commits, a policy''s tables are numbered from 0 without gaps (ZA003)';

CREATE TRIGGER check_policy BEFORE INSERT OR UPDATE OF name, kind, archive_after, keep_for, settings ON archive.policies
  FOR EACH ROW EXECUTE FUNCTION archive.check_policy();
CREATE TRIGGER is_used BEFORE UPDATE OF name OR DELETE ON archive.policies
  FOR EACH ROW EXECUTE FUNCTION archive.keep_policy_that_is_used();
CREATE TRIGGER keep_version BEFORE UPDATE OR DELETE ON archive.policies
  FOR EACH ROW EXECUTE FUNCTION archive.keep_policy_version();
CREATE TRIGGER is_used BEFORE UPDATE OF policy, position OR DELETE ON archive.policy_tables
  FOR EACH ROW EXECUTE FUNCTION archive.keep_position_that_is_used();
CREATE TRIGGER named BEFORE INSERT OR UPDATE ON archive.policy_tables
  FOR EACH ROW EXECUTE FUNCTION archive.name_tables();
CREATE CONSTRAINT TRIGGER check_positions AFTER INSERT OR UPDATE OF policy, position OR DELETE ON archive.policy_tables
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION archive.check_positions();
CREATE TRIGGER new_version BEFORE INSERT OR UPDATE OR DELETE ON archive.policy_tables
  FOR EACH ROW EXECUTE FUNCTION archive.policy_tables_changed();
