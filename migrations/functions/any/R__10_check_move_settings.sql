CREATE OR REPLACE FUNCTION archive.check_move_settings(policy archive.policies)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN policy.settings <> '{}' THEN
    format('kind move has no settings: %s', policy.settings) END
$$;
ALTER FUNCTION archive.check_move_settings(archive.policies) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.check_move_settings(archive.policies) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.check_move_settings(archive.policies) TO archive_owner;
COMMENT ON FUNCTION archive.check_move_settings(archive.policies) IS
  'The settings of kind move: none. Null, or what is wrong';
