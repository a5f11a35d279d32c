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
  IF NOT pg_has_role('archive_operator', 'archive_reader', 'USAGE') THEN
    GRANT archive_reader TO archive_operator;
  END IF;
END
$$;

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
ALTER SCHEMA archive OWNER TO archive_engine;
GRANT USAGE ON SCHEMA archive TO archive_owner, archive_operator, archive_reader;
GRANT USAGE, CREATE ON SCHEMA archive, "${app_schema}" TO archive_auditor;
GRANT USAGE, CREATE ON SCHEMA "${app_schema}" TO archive_owner;
GRANT USAGE ON SCHEMA "${app_schema}" TO archive_operator, archive_reader;
COMMENT ON SCHEMA archive IS
  'Archivist: policies, batches, ledger, functions, and the tables of its scheduler and of its migrations';

-- Who may act as a role: whoever may SET ROLE to it. Since PostgreSQL 16 one can be a member without that.
CREATE FUNCTION archive.acting_membership()
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END;
ALTER FUNCTION archive.acting_membership() OWNER TO archive_auditor;
REVOKE ALL ON FUNCTION archive.acting_membership() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.acting_membership() TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.acting_membership() IS
  'What pg_has_role is to be asked for, to learn whether one role may act as another: MEMBER, or SET since PostgreSQL 16';

-- Functions that a statement of ours would run, that a role may replace which cannot act as ours, and that
-- somebody vouches for. Whoever writes here vouches as the role that they are at that moment; what they say of
-- role or definition does not count.
CREATE TABLE archive.trusted_functions (
  routine text NOT NULL,
  trusted_by name NOT NULL,
  trusted_by_oid oid NOT NULL,
  trusted_at timestamptz NOT NULL,
  definition bytea NOT NULL,
  reason text,
  PRIMARY KEY (routine, trusted_by)
);
COMMENT ON TABLE archive.trusted_functions IS
  'Functions of others that may run with our rights, because somebody vouches for what they are now; see archive.trust';
COMMENT ON COLUMN archive.trusted_functions.routine IS 'as regprocedure writes it, with its schema';
COMMENT ON COLUMN archive.trusted_functions.trusted_by IS
  'counts for a role if it is a superuser, or may act as that role; as long as trusted_by_oid is its oid';
COMMENT ON COLUMN archive.trusted_functions.definition IS
  'archive.function_definition when it was vouched for; if the function is another by now, the trust has ended';

CREATE FUNCTION archive.vouch()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $$
DECLARE
  routine regprocedure;
BEGIN
  BEGIN
    routine := to_regprocedure(NEW.routine);
  EXCEPTION WHEN OTHERS THEN
    NULL; -- nothing that could be a function's name
  END;
  IF routine IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA047',
      MESSAGE = format('there is no function %s', NEW.routine),
      HINT = 'Say it with its schema and the types of its arguments, as the refusal does: public.shown(integer).';
  END IF;
  NEW.routine := routine::text;
  NEW.definition := archive.function_definition(routine);
  NEW.trusted_by := current_user;
  NEW.trusted_by_oid := (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user);
  NEW.trusted_at := now();
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION archive.vouch() IS
  'Trigger: writes down who vouches for a function, and for which definition of it (ZA047 if there is none)';
CREATE TRIGGER vouch BEFORE INSERT OR UPDATE ON archive.trusted_functions
  FOR EACH ROW EXECUTE FUNCTION archive.vouch();
ALTER FUNCTION archive.vouch() OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.vouch() FROM PUBLIC;
ALTER TABLE archive.trusted_functions OWNER TO archive_auditor;
GRANT SELECT, DELETE, INSERT (routine, reason), UPDATE (reason) ON archive.trusted_functions TO archive_owner;
GRANT SELECT ON archive.trusted_functions TO archive_operator, archive_reader, archive_engine;
