-- What came to belong to Archivist's roles with this file, others have no right on: neither by default privileges, which
-- give it as a thing is made, nor by grants on what was there before.
DO $$
DECLARE
  statement text;
BEGIN
  IF to_regprocedure('archive.grants_of_others()') IS NULL THEN
    RETURN;
  END IF;
  FOR statement IN
    SELECT format('REVOKE %s ON %s FROM %s CASCADE', array_to_string(given.rights, ', '), given.target, given.grantee)
    FROM archive.grants_of_others() AS given
    WHERE NOT given.is_role
      AND NOT given.classid || '/' || given.objid = ANY (string_to_array(current_setting('archivist.owned_before'), ' '))
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

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
