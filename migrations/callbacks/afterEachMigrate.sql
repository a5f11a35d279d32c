DO $$
DECLARE
  role_name text;
BEGIN
  FOR role_name IN
    SELECT DISTINCT m.roleid::regrole::text
    FROM pg_auth_members m
    JOIN pg_roles me ON me.oid = m.member AND me.rolname = current_user
    WHERE m.roleid IN (SELECT oid FROM pg_roles WHERE rolname IN ('archive_engine', 'archive_auditor'))
  LOOP
    EXECUTE format('REVOKE %s FROM %I', role_name, current_user);
  END LOOP;
END
$$;
