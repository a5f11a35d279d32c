-- Whoever migrates belongs to the roles that own the program's objects, for as long as each file takes. Before the first
-- one there are no such roles.
DO $$
DECLARE
  role_name text;
BEGIN
  FOR role_name IN SELECT rolname FROM pg_roles WHERE rolname IN ('archive_owner', 'archive_engine', 'archive_auditor') LOOP
    IF NOT pg_has_role(current_user, role_name, 'USAGE') THEN
      EXECUTE format('GRANT %I TO %I', role_name, current_user);
    END IF;
  END LOOP;
END
$$;
