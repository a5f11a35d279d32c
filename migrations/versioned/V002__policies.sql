-- The one clock for cutoffs, retention and holds. The setting archivist.now stands in for it in rehearsals
-- and tests.
CREATE FUNCTION archive.clock()
RETURNS timestamptz
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
RETURN coalesce(nullif(current_setting('archivist.now', true), '')::timestamptz, now());
ALTER FUNCTION archive.clock() OWNER TO archive_auditor;
REVOKE ALL ON FUNCTION archive.clock() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.clock() TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.clock() IS
  'The time by which rows age: now(), or the setting archivist.now in rehearsals';

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
  'move: rows go to month partitions; rollup: samples become daily values; offload: files go to the object store';
COMMENT ON COLUMN archive.policies.time_column IS 'column of the family''s root by which its rows age, timestamptz';
COMMENT ON COLUMN archive.policies.archive_after IS
  'age at which a row leaves the live table, counted from the row''s time, by the database''s clock, in UTC';
COMMENT ON COLUMN archive.policies.keep_for IS
  'age at which a row leaves the archive, counted from the row''s time, not from when it was archived, so longer than archive_after; null keeps for ever';
COMMENT ON COLUMN archive.policies.bin_for IS
  'how long what is past keep_for waits in the bin before it is dropped';
COMMENT ON COLUMN archive.policies.batch_rows IS 'most rows of the root that one transaction moves';
COMMENT ON COLUMN archive.policies.settings IS
  'what the kind wants to know besides, as archive.check_<kind>_settings describes it';
COMMENT ON COLUMN archive.policies.version IS 'counts the changes of the rule; each job notes the version that it used';
COMMENT ON COLUMN archive.policies.valid_from IS 'since when the rule is this one; archive.policy_versions has those before';

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
  PRIMARY KEY (policy, position),
  FOREIGN KEY (policy, parent_position) REFERENCES archive.policy_tables (policy, position) ON UPDATE CASCADE,
  CONSTRAINT archive_is_another_table CHECK (
    (source_schema, source_table) <> (archive_schema, archive_table)),
  CONSTRAINT archive_belongs_to_one_policy UNIQUE (archive_schema, archive_table),
  CONSTRAINT child_says_which_rows_are_its_parents CHECK (
    CASE WHEN position = 0 THEN num_nulls(parent_position, parent_columns, own_columns) = 3
      ELSE num_nulls(parent_position, parent_columns, own_columns) = 0
        AND parent_position < position
        AND cardinality(parent_columns) > 0
        AND cardinality(parent_columns) = cardinality(own_columns) END)
);
COMMENT ON TABLE archive.policy_tables IS
  'The tables of each policy and their archives: position 0 is the root, by whose time all age; descendants go with their root';
COMMENT ON COLUMN archive.policy_tables.position IS '0 for the root; a child comes after its parent';
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

-- A change within the transaction that made the present version belongs to that version.
CREATE FUNCTION archive.keep_policy_version()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW IS NOT DISTINCT FROM OLD OR OLD.valid_from = now()) THEN
    RETURN NEW;
  END IF;
  INSERT INTO archive.policy_versions (policy_id, version, valid_from, rule)
  SELECT OLD.policy_id, OLD.version, OLD.valid_from, to_jsonb(OLD) || jsonb_build_object('tables',
    (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'policy' ORDER BY t.position), '[]')
      FROM archive.policy_tables t WHERE t.policy = OLD.name));
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

CREATE TRIGGER check_policy BEFORE INSERT OR UPDATE OF name, kind, archive_after, keep_for, settings ON archive.policies
  FOR EACH ROW EXECUTE FUNCTION archive.check_policy();
CREATE TRIGGER keep_version BEFORE UPDATE OR DELETE ON archive.policies
  FOR EACH ROW EXECUTE FUNCTION archive.keep_policy_version();
CREATE TRIGGER new_version BEFORE INSERT OR UPDATE OR DELETE ON archive.policy_tables
  FOR EACH ROW EXECUTE FUNCTION archive.policy_tables_changed();

ALTER FUNCTION archive.keep_policy_version() OWNER TO archive_auditor;
ALTER FUNCTION archive.policy_tables_changed() OWNER TO archive_auditor;
ALTER FUNCTION archive.check_policy() OWNER TO archive_owner;
REVOKE ALL ON FUNCTION archive.keep_policy_version(), archive.policy_tables_changed(), archive.check_policy() FROM PUBLIC;
ALTER TABLE archive.policies OWNER TO archive_auditor;
ALTER TABLE archive.policy_tables OWNER TO archive_auditor;
ALTER TABLE archive.policy_versions OWNER TO archive_auditor;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.policies, archive.policy_tables TO archive_owner;
GRANT SELECT ON archive.policy_versions TO archive_owner;
GRANT SELECT ON archive.policies, archive.policy_tables, archive.policy_versions TO archive_operator, archive_reader;
