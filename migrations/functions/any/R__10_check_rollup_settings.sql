CREATE OR REPLACE FUNCTION archive.check_rollup_settings(policy archive.policies)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN policy.settings - ARRAY['series', 'value', 'period'] <> '{}' THEN
      format('kind rollup has no such settings: %s', policy.settings - ARRAY['series', 'value', 'period'])
    WHEN jsonb_typeof(policy.settings -> 'series') IS DISTINCT FROM 'array' OR policy.settings -> 'series' = '[]'
      OR jsonb_path_exists(policy.settings, '$.series[*] ? (@.type() <> "string" || @ == "")') THEN
      'a roll-up needs columns that name a series: {"series": ["...", "..."]}'
    WHEN coalesce(policy.settings ->> 'value', '') = '' OR jsonb_typeof(policy.settings -> 'value') <> 'string' THEN
      'a roll-up needs the column of the sampled value: {"value": "..."}'
    WHEN policy.settings ? 'period' AND policy.settings -> 'period' NOT IN ('"hour"', '"day"', '"week"', '"month"') THEN
      'the period of a roll-up is hour, day, week or month: {"period": "day"}'
    WHEN EXISTS (
      SELECT FROM archive.policies was
      WHERE was.policy_id = policy.policy_id AND was.kind = 'rollup'
        AND coalesce(was.settings ->> 'period', 'day') <> coalesce(policy.settings ->> 'period', 'day')
        AND EXISTS (SELECT FROM archive.ledger l WHERE l.policy = was.name AND l.rows > 0)) THEN
      'its archive has values of another period, which samples could not be merged into; disable it, and make a policy with an archive of its own'
  END
$$;
ALTER FUNCTION archive.check_rollup_settings(archive.policies) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.check_rollup_settings(archive.policies) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.check_rollup_settings(archive.policies) TO archive_owner;
COMMENT ON FUNCTION archive.check_rollup_settings(archive.policies) IS
  'The settings of kind rollup: series, the columns that name a series; value, the sampled value; period, hour, day (the default), week or month. Null, or what is wrong';
