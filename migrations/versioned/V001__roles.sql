-- Four roles without login. A login role gets its rights by membership:
--   archive_owner     owns the archive; decides about policies, restores and purges
--   archive_operator  may run jobs: take rows out of the live tables, put them into the archive
--   archive_reader    may look: archive tables, views, jobs, ledger
--   archive_auditor   owns the audit trail and what is audited; nobody is a member of it
-- Roles belong to the whole cluster, so they may be there already, or be made by another database
-- of the cluster at this moment.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['archive_owner', 'archive_operator', 'archive_reader', 'archive_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
  -- To give away ownership takes membership. That of archive_auditor ends with the last file.
  FOREACH role_name IN ARRAY ARRAY['archive_owner', 'archive_auditor'] LOOP
    IF NOT pg_has_role(current_user, role_name, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', role_name, current_user);
    END IF;
  END LOOP;
  IF NOT pg_has_role('archive_operator', 'archive_reader', 'MEMBER') THEN
    GRANT archive_reader TO archive_operator;
  END IF;
END
$$;

REVOKE ALL ON SCHEMA archive FROM PUBLIC;
GRANT USAGE ON SCHEMA archive TO archive_owner, archive_operator, archive_reader;
GRANT CREATE ON SCHEMA archive TO archive_owner;
GRANT USAGE, CREATE ON SCHEMA archive, "${app_schema}" TO archive_auditor;
GRANT USAGE, CREATE ON SCHEMA "${app_schema}" TO archive_owner;
GRANT USAGE ON SCHEMA "${app_schema}" TO archive_operator, archive_reader;
COMMENT ON SCHEMA archive IS
  'Archivist: policies, batches, ledger, functions, and the tables of its scheduler and of its migrations';
