CREATE OR REPLACE FUNCTION archive.rollup_view_comment(policy archive.policies, table_name text)
RETURNS text
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format('Live samples of %I and archived values, each at the start of its %s (UTC); sample_count weighs them together',
    table_name, coalesce(policy.settings ->> 'period', 'day'))
$$;
ALTER FUNCTION archive.rollup_view_comment(archive.policies, text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.rollup_view_comment(archive.policies, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.rollup_view_comment(archive.policies, text) TO archive_owner;
COMMENT ON FUNCTION archive.rollup_view_comment(archive.policies, text) IS
  'The comment of the unified view of a roll-up over this live table';
