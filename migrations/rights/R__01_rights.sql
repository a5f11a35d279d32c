-- Who owns what the migrations made, and who may do what with it: every right of the five roles, in one place. It runs
-- again when it changes, and where a database came from a dump without its roles.
--   archive_owner     owns the archive tables; decides about policies, restores and purges
--   archive_operator  may run jobs: take rows out of the live tables, put them into the archive
--   archive_reader    may look: archive tables, views, jobs, ledger
--   archive_engine    owns what the program runs and steers by, and acts with the rights of archive_owner
--   archive_auditor   owns the audit trail and what is audited
-- Nobody is a member of the last two, so nobody but a superuser replaces what they own. Functions that can be made again
-- say their own rights, as views and presets do.

-- Whoever made the schema beforehand may have let others into it, who could put functions beside ours.
DO $$
DECLARE
  grantee text;
BEGIN
  FOR grantee IN
    SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END
    FROM pg_namespace n, aclexplode(n.nspacl) AS acl
    WHERE n.nspname = 'archive' AND acl.grantee <> n.nspowner
  LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA archive FROM %s CASCADE', grantee);
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA archive TO archive_owner, archive_operator, archive_reader;
GRANT USAGE, CREATE ON SCHEMA "${app_schema}" TO archive_owner;
GRANT USAGE ON SCHEMA "${app_schema}" TO archive_operator, archive_reader;
-- To own something in a schema takes CREATE there; archive_auditor loses it again below.
GRANT USAGE, CREATE ON SCHEMA archive, "${app_schema}" TO archive_auditor;

DO $$
DECLARE
  statements text[];
  statement text;
BEGIN
  -- all of them first: no query may have a table open that is altered
  statements := ARRAY(
    SELECT format('ALTER %s %s OWNER TO %I', wanted.kind, wanted.name, wanted.owner)
    FROM (
      SELECT given.*, CASE given.kind
        WHEN 'SCHEMA' THEN (SELECT n.nspowner FROM pg_namespace n WHERE n.oid = given.name::regnamespace)
        WHEN 'FUNCTION' THEN (SELECT p.proowner FROM pg_proc p WHERE p.oid = given.name::regprocedure)
        ELSE (SELECT c.relowner FROM pg_class c WHERE c.oid = given.name::regclass) END AS is_of
      FROM (VALUES
        ('SCHEMA', 'archive', 'archive_engine'),
        ('SCHEMA', 'archive_bin', 'archive_owner'),
        ('FUNCTION', 'archive.acting_membership()', 'archive_auditor'),
        ('FUNCTION', 'archive.grants_of_others()', 'archive_engine'),
        ('FUNCTION', 'archive.vouch()', 'archive_engine'),
        ('TABLE', 'archive.trusted_functions', 'archive_auditor'),
        ('FUNCTION', 'archive.may_rehearse()', 'archive_auditor'),
        ('FUNCTION', 'archive.clock()', 'archive_auditor'),
        ('FUNCTION', 'archive.is_list_of_names(text[])', 'archive_auditor'),
        ('FUNCTION', 'archive.policy_rule(archive.policies)', 'archive_auditor'),
        ('FUNCTION', 'archive.keep_policy_version()', 'archive_auditor'),
        ('FUNCTION', 'archive.policy_tables_changed()', 'archive_auditor'),
        ('FUNCTION', 'archive.check_policy()', 'archive_engine'),
        ('FUNCTION', 'archive.name_tables()', 'archive_engine'),
        ('FUNCTION', 'archive.keep_policy_that_is_used()', 'archive_engine'),
        ('FUNCTION', 'archive.keep_position_that_is_used()', 'archive_engine'),
        ('FUNCTION', 'archive.require_idle(archive.policies)', 'archive_auditor'),
        ('FUNCTION', 'archive.check_positions()', 'archive_auditor'),
        ('TABLE', 'archive.policies', 'archive_auditor'),
        ('TABLE', 'archive.policy_tables', 'archive_auditor'),
        ('TABLE', 'archive.policy_versions', 'archive_auditor'),
        ('FUNCTION', 'archive.job_is_as_asked()', 'archive_engine'),
        ('FUNCTION', 'archive.job_is_own()', 'archive_engine'),
        ('TABLE', '"${app_schema}".archive_jobs', 'archive_auditor'),
        ('VIEW', 'archive.jobs', 'archive_engine'),
        ('TABLE', 'archive.job_progress', 'archive_engine'),
        ('TABLE', 'archive.rows_left', 'archive_engine'),
        ('TABLE', 'archive.archived_columns', 'archive_auditor'),
        ('TABLE', 'archive.archived_properties', 'archive_auditor'),
        ('TABLE', 'archive.batches', 'archive_engine'),
        ('TABLE', 'archive.ledger', 'archive_engine'),
        ('FUNCTION', 'archive.lock_holds()', 'archive_engine'),
        ('TABLE', 'archive.holds', 'archive_auditor'),
        ('VIEW', 'archive.active_holds', 'archive_engine'),
        ('VIEW', 'archive.binding_holds', 'archive_engine'),
        ('TABLE', 'archive.bin', 'archive_auditor'),
        ('TABLE', 'archive.bin_tables', 'archive_auditor'),
        ('TABLE', 'archive.bin_objects', 'archive_engine'),
        ('TABLE', 'archive.stray_objects', 'archive_engine'),
        ('TABLE', 'archive.expiring_objects', 'archive_engine'),
        ('TABLE', 'archive.released_objects', 'archive_engine'),
        ('TABLE', 'archive.audit', 'archive_auditor'),
        ('TABLE', 'archive.audit_tail', 'archive_auditor'),
        ('TABLE', 'archive.audit_inbox', 'archive_auditor'),
        ('TABLE', 'archive.take_overs', 'archive_auditor'),
        ('FUNCTION', 'archive.audit_hash(archive.audit)', 'archive_auditor'),
        ('FUNCTION', 'archive.audit_chain()', 'archive_auditor'),
        ('FUNCTION', 'archive.audit_is_append_only()', 'archive_auditor'),
        ('FUNCTION', 'archive.audit_change()', 'archive_auditor'),
        ('FUNCTION', 'archive.verify_audit()', 'archive_auditor'),
        ('TABLE', 'archive.engine_jar', 'archive_engine')
      ) AS given (kind, name, owner)
      UNION ALL
      SELECT 'TABLE', c.oid::regclass::text, 'archive_engine', c.relowner
      FROM pg_class c
      WHERE c.relnamespace = 'archive'::regnamespace AND c.relkind = 'r' AND starts_with(c.relname::text, 'qrtz_')
      UNION ALL
      -- the table into which rows came was archive_owner's then
      SELECT 'TABLE', c.oid::regclass::text, 'archive_owner', c.relowner
      FROM (
        SELECT to_regclass(format('%I.%I', t.archive_schema, t.archive_table)) AS relation
        FROM archive.archived_properties was
        JOIN archive.policy_tables t ON t.policy = was.policy AND t.position = was.position
        WHERE was.property = 'OWNER archive_owner'
        UNION ALL
        SELECT to_regclass(format('archive_bin.%I', binned.table_name))
        FROM archive.bin_tables binned
        WHERE 'OWNER archive_owner' = ANY (binned.properties)
      ) AS kept
      JOIN pg_class c ON c.oid = kept.relation OR c.oid IN (SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = kept.relation)
      UNION ALL
      -- archive.make_unified_views makes none anew that is not archive_engine's
      SELECT 'VIEW', v.oid::regclass::text, 'archive_engine', v.relowner
      FROM archive.policy_tables t
      JOIN pg_namespace n ON n.nspname = t.source_schema
      JOIN pg_class v ON v.relnamespace = n.oid AND v.relkind = 'v' AND v.relname = format('v_%s_all', t.source_table)
    ) AS wanted
    -- What others own, who could not act as whoever migrates, is not taken from them: it may do what they want.
    WHERE wanted.owner <> wanted.is_of::regrole::text AND pg_has_role(wanted.is_of, current_user, archive.acting_membership()));
  FOREACH statement IN ARRAY statements LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

-- Nobody else keeps more than to read what is in the application's schema or in the bin. An archive of a policy is its
-- owner's affair; a preset says the rights on its own. What our roles may do, is said anew below.
DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('REVOKE %s ON %s FROM %s CASCADE', array_to_string(CASE WHEN given.is_role THEN given.rights ELSE given.excess END, ', '),
      given.target, given.grantee)
    FROM archive.grants_of_others() AS given
    WHERE CASE WHEN given.is_role
      THEN given.kind IN ('table', 'view', 'sequence') AND given.objid IN (
        SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'archive'::regnamespace OR c.oid = '"${app_schema}".archive_jobs'::regclass)
      ELSE given.excess <> '{}' AND given.place IN ('program', 'month') END
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

-- trust
REVOKE ALL ON FUNCTION archive.acting_membership() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.acting_membership() TO archive_owner, archive_operator, archive_reader;
REVOKE ALL ON FUNCTION archive.vouch() FROM PUBLIC;
GRANT SELECT, DELETE, INSERT (routine, reason), UPDATE (reason) ON archive.trusted_functions TO archive_owner;
GRANT SELECT ON archive.trusted_functions TO archive_operator, archive_reader, archive_engine;

-- policies
REVOKE ALL ON FUNCTION archive.may_rehearse() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.may_rehearse() TO archive_owner, archive_operator, archive_reader;
REVOKE ALL ON FUNCTION archive.clock() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.clock() TO archive_owner, archive_operator, archive_reader;
REVOKE ALL ON FUNCTION archive.is_list_of_names(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.is_list_of_names(text[]) TO archive_owner, archive_operator, archive_reader;
REVOKE ALL ON FUNCTION archive.policy_rule(archive.policies), archive.keep_policy_version(), archive.policy_tables_changed(), archive.check_policy(), archive.name_tables(),
  archive.keep_policy_that_is_used(), archive.keep_position_that_is_used(), archive.require_idle(archive.policies),
  archive.check_positions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.require_idle(archive.policies) TO archive_owner;
GRANT EXECUTE ON FUNCTION archive.policy_rule(archive.policies) TO archive_owner, archive_operator, archive_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.policies, archive.policy_tables TO archive_owner;
GRANT SELECT ON archive.policy_versions TO archive_owner;
GRANT SELECT ON archive.policies, archive.policy_tables, archive.policy_versions TO archive_operator, archive_reader;

-- jobs
REVOKE ALL ON FUNCTION archive.job_is_as_asked(), archive.job_is_own() FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.jobs TO archive_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.job_progress TO archive_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON "${app_schema}".archive_jobs TO archive_owner;
GRANT SELECT, INSERT, UPDATE ON "${app_schema}".archive_jobs, archive.jobs TO archive_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.job_progress TO archive_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.rows_left TO archive_owner, archive_operator;
GRANT SELECT ON archive.rows_left TO archive_reader;
GRANT SELECT ON "${app_schema}".archive_jobs, archive.jobs, archive.job_progress TO archive_reader;

-- ledger
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.archived_columns TO archive_engine;
GRANT SELECT, INSERT, DELETE ON archive.archived_properties TO archive_engine;
GRANT SELECT ON archive.archived_columns, archive.archived_properties TO archive_owner, archive_operator, archive_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.batches TO archive_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.ledger TO archive_owner;
GRANT SELECT, INSERT ON archive.batches TO archive_operator;
GRANT SELECT, INSERT, UPDATE (source_rows, rows, bytes, oldest, newest, digest_a, digest_b, updated_at)
  ON archive.ledger TO archive_operator;
GRANT SELECT ON archive.batches, archive.ledger TO archive_reader;

-- holds
REVOKE ALL ON FUNCTION archive.lock_holds() FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.holds TO archive_owner;
GRANT SELECT ON archive.active_holds TO archive_owner;
GRANT SELECT ON archive.binding_holds TO archive_owner;
GRANT SELECT ON archive.holds, archive.active_holds, archive.binding_holds TO archive_operator, archive_reader;

-- bin
GRANT USAGE ON SCHEMA archive_bin TO archive_operator, archive_reader;
-- What an entry says once, it says until its end; archive.keep_attached deletes those of months that never left.
GRANT SELECT, INSERT, UPDATE (state, binned_at, drop_after, ended_at) ON archive.bin TO archive_owner;
GRANT SELECT, INSERT ON archive.bin_tables TO archive_owner;
GRANT DELETE ON archive.bin, archive.bin_tables TO archive_engine;
GRANT SELECT ON archive.bin, archive.bin_tables TO archive_operator, archive_reader;

-- objects
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.bin_objects TO archive_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.stray_objects TO archive_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.expiring_objects TO archive_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.released_objects TO archive_owner;
GRANT SELECT ON archive.bin_objects, archive.stray_objects, archive.expiring_objects, archive.released_objects
  TO archive_operator, archive_reader;
-- A run deletes what is due; that an object is to go is only said by a restore or a purge.
GRANT DELETE ON archive.stray_objects TO archive_operator;

-- audit
GRANT SELECT, INSERT (place, previous_owner) ON archive.take_overs TO archive_owner;
GRANT SELECT ON archive.take_overs TO archive_operator, archive_reader;
REVOKE ALL ON FUNCTION archive.audit_hash(archive.audit), archive.audit_chain(), archive.audit_is_append_only(),
  archive.audit_change(), archive.verify_audit() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.audit_hash(archive.audit), archive.verify_audit() TO archive_owner, archive_operator, archive_reader;
GRANT SELECT ON archive.audit, archive.audit_tail TO archive_owner, archive_operator, archive_reader;

-- scheduler
DO $$
DECLARE
  quartz_table regclass;
BEGIN
  FOR quartz_table IN
    SELECT oid FROM pg_class
    WHERE relnamespace = 'archive'::regnamespace AND relkind = 'r' AND starts_with(relname::text, 'qrtz_')
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO archive_engine', quartz_table);
    EXECUTE format('GRANT %s ON %s TO archive_owner, archive_operator',
      CASE WHEN quartz_table IN ('archive.qrtz_calendars'::regclass, 'archive.qrtz_blob_triggers', 'archive.qrtz_simprop_triggers')
        THEN 'SELECT, DELETE' ELSE 'SELECT, INSERT, UPDATE, DELETE' END, quartz_table);
    EXECUTE format('GRANT SELECT ON %s TO archive_reader', quartz_table);
  END LOOP;
END
$$;

-- engine
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.engine_jar TO archive_owner;
GRANT SELECT ON archive.engine_jar TO archive_operator, archive_reader;
-- Whoever runs jobs or looks at them may also see which version the schema has.
GRANT SELECT ON archive.flyway_schema_history TO archive_owner, archive_operator, archive_reader;

REVOKE CREATE ON SCHEMA archive, "${app_schema}" FROM archive_auditor;
