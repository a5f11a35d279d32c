CREATE OR REPLACE FUNCTION archive.require_may_fill(target text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  name text[] := parse_ident(target);
BEGIN
  -- the engine in the database has made the table of an earlier copy, or just now
  IF NOT (CASE WHEN to_regclass(target) IS NOT NULL THEN (has_table_privilege(session_user, to_regclass(target), 'INSERT')
        AND coalesce(has_schema_privilege(session_user, to_regnamespace(quote_ident(name[1]))::oid, 'USAGE'), false))
      OR EXISTS (SELECT FROM pg_class c WHERE c.oid = to_regclass(target) AND c.relkind = 'r' AND c.relowner = 'archive_engine'::regrole
        AND c.relnamespace <> 'archive'::regnamespace)
    ELSE coalesce(has_schema_privilege(session_user, to_regnamespace(quote_ident(name[1]))::oid, 'CREATE'), false) END) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA012',
      MESSAGE = format('role %s may not put rows into %s', session_user, target),
      HINT = format('Name a table that the role may INSERT into, or: GRANT INSERT ON %s TO %I;', target, session_user);
  END IF;
END
$$;
ALTER FUNCTION archive.require_may_fill(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.require_may_fill(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.require_may_fill(text) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.require_may_fill(text) IS
  'ZA012 if the session''s role may not insert into the table, or make it: a copy is put there with the rights of whoever runs it';
