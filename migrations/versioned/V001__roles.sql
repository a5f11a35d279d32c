-- Five roles without login. A login role gets its rights by membership of the first three:
--   archive_owner     owns the archive tables; decides about policies, restores and purges
--   archive_operator  may run jobs: take rows out of the live tables, put them into the archive
--   archive_reader    may look: archive tables, views, jobs, ledger
-- Nobody is a member of the others, so nobody but a superuser replaces what they own:
--   archive_engine    owns what the program runs and steers by, and acts with the rights of archive_owner
--   archive_auditor   owns the audit trail and what is audited
-- Roles belong to the whole cluster, so they may be there already, or be made by another database
-- of the cluster at this moment.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['archive_owner', 'archive_operator', 'archive_reader', 'archive_engine', 'archive_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
  -- To give away ownership takes membership. That of the last two ends with each file: see the callbacks.
  FOREACH role_name IN ARRAY ARRAY['archive_owner', 'archive_engine', 'archive_auditor'] LOOP
    IF NOT pg_has_role(current_user, role_name, 'USAGE') THEN
      EXECUTE format('GRANT %I TO %I', role_name, current_user);
    END IF;
  END LOOP;
  IF NOT pg_has_role('archive_engine', 'archive_owner', 'USAGE') THEN
    GRANT archive_owner TO archive_engine;
  END IF;
  IF NOT pg_has_role('archive_operator', 'archive_reader', 'MEMBER') THEN
    GRANT archive_reader TO archive_operator;
  END IF;
END
$$;

REVOKE ALL ON SCHEMA archive FROM PUBLIC;
ALTER SCHEMA archive OWNER TO archive_engine;
GRANT USAGE ON SCHEMA archive TO archive_owner, archive_operator, archive_reader;
GRANT USAGE, CREATE ON SCHEMA archive, "${app_schema}" TO archive_auditor;
GRANT USAGE, CREATE ON SCHEMA "${app_schema}" TO archive_owner;
GRANT USAGE ON SCHEMA "${app_schema}" TO archive_operator, archive_reader;
COMMENT ON SCHEMA archive IS
  'Archivist: policies, batches, ledger, functions, and the tables of its scheduler and of its migrations';
