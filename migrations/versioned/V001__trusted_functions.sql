COMMENT ON SCHEMA archive IS
  'Archivist: policies, batches, ledger, functions, and the tables of its scheduler and of its migrations';

-- Who may act as a role: whoever may SET ROLE to it. Since PostgreSQL 16 one can be a member without that.
CREATE FUNCTION archive.acting_membership()
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END;
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
