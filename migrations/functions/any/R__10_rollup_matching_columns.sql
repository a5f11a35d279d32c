CREATE OR REPLACE FUNCTION archive.rollup_matching_columns(policy archive.policies)
RETURNS text[]
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT ARRAY(SELECT jsonb_array_elements_text(policy.settings -> 'series'))
$$;
ALTER FUNCTION archive.rollup_matching_columns(archive.policies) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.rollup_matching_columns(archive.policies) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.rollup_matching_columns(archive.policies) TO archive_owner;
COMMENT ON FUNCTION archive.rollup_matching_columns(archive.policies) IS
  'The only columns that rows of a roll-up can be matched by: those that name a series';
