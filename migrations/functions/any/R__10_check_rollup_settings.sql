CREATE OR REPLACE FUNCTION archive.check_rollup_settings(policy archive.policies)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN policy.settings - ARRAY['series', 'value'] <> '{}' THEN
      format('kind rollup has no such settings: %s', policy.settings - ARRAY['series', 'value'])
    WHEN jsonb_typeof(policy.settings -> 'series') IS DISTINCT FROM 'array' OR policy.settings -> 'series' = '[]'
      OR jsonb_path_exists(policy.settings, '$.series[*] ? (@.type() <> "string" || @ == "")') THEN
      'a roll-up needs columns that name a series: {"series": ["...", "..."]}'
    WHEN coalesce(policy.settings ->> 'value', '') = '' OR jsonb_typeof(policy.settings -> 'value') <> 'string' THEN
      'a roll-up needs the column of the sampled value: {"value": "..."}'
  END
$$;
ALTER FUNCTION archive.check_rollup_settings(archive.policies) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.check_rollup_settings(archive.policies) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.check_rollup_settings(archive.policies) TO archive_owner;
COMMENT ON FUNCTION archive.check_rollup_settings(archive.policies) IS
  'The settings of kind rollup: series, the columns that name a series; value, the sampled value. Null, or what is wrong';
