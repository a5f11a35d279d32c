-- Five roles without login; R__01_rights.sql says what they are for. Roles belong to the whole cluster, so they may be
-- there already, or be made by another database of the cluster at this moment.
DO $$
DECLARE
  role_name text;
BEGIN
  IF current_setting('server_version_num')::integer >= 160000 THEN
    -- by it whoever migrates would be a member of every role that is made here
    PERFORM set_config('createrole_self_grant', '', true);
  END IF;
  FOREACH role_name IN ARRAY ARRAY['archive_owner', 'archive_operator', 'archive_reader', 'archive_engine', 'archive_auditor'] LOOP
    IF to_regrole(role_name) IS NULL THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
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

-- Whoever migrates belongs to the roles that own the program's objects, for as long as each file takes. To give them
-- objects takes SET since PostgreSQL 16, and to join and leave them ADMIN, which has who made them; CREATEROLE was enough
-- before.
DO $$
DECLARE
  role_name text;
  is_new boolean := current_setting('server_version_num')::integer >= 160000;
  acting text := CASE WHEN is_new THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOR role_name IN SELECT rolname FROM pg_roles WHERE rolname IN ('archive_owner', 'archive_engine', 'archive_auditor') LOOP
    IF is_new AND NOT pg_has_role(current_user, role_name, 'MEMBER WITH ADMIN OPTION')
      AND NOT (role_name = 'archive_owner' AND pg_has_role(current_user, role_name, 'USAGE') AND pg_has_role(current_user, role_name, acting)) THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA012',
        MESSAGE = format('role %s may neither join nor leave role %s, as whoever migrates does', current_user, role_name),
        HINT = format('Let a superuser migrate, or the role that made Archivist''s roles; or, as one of these: GRANT archive_owner, archive_engine, archive_auditor TO %I WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;',
          current_user);
    END IF;
    IF NOT (pg_has_role(current_user, role_name, 'USAGE') AND pg_has_role(current_user, role_name, acting)) THEN
      EXECUTE format('GRANT %I TO %I', role_name, current_user);
    END IF;
  END LOOP;
END
$$;

-- For afterEachMigrate.sql: what belongs to them already, where a right of others may have been granted on purpose. Where
-- nobody has looked yet, that is nothing.
DO $$
BEGIN
  PERFORM set_config('archivist.owned_before', coalesce(string_agg(owned.classid || '/' || owned.objid, ' '), ''), false)
  FROM pg_shdepend owned
  WHERE to_regprocedure('archive.grants_of_others()') IS NOT NULL
    AND owned.dbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    AND owned.classid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_namespace'::regclass)
    AND owned.refclassid = 'pg_authid'::regclass AND owned.deptype = 'o'
    AND owned.refobjid IN (SELECT r.oid FROM pg_roles r WHERE r.rolname IN ('archive_owner', 'archive_engine', 'archive_auditor'));
END
$$;
