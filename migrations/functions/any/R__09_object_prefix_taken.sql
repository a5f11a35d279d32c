-- Two policies that archive under one prefix would share objects: what one deletes the other may need. An object
-- stays where it was put, so former prefixes count too. A file system may not tell capital letters.
CREATE OR REPLACE FUNCTION archive.object_prefix_taken(policy archive.policies)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH own AS (
    SELECT lower(trim(BOTH '/' FROM policy.settings ->> 'object_prefix')) AS prefix
  ),
  other AS (
    SELECT p.policy_id, p.name, p.kind, p.settings FROM archive.policies p
    UNION ALL
    SELECT p.policy_id, p.name, v.rule ->> 'kind', v.rule -> 'settings'
    FROM archive.policies p JOIN archive.policy_versions v USING (policy_id)
  ),
  prefixes AS (
    SELECT other.name, lower(trim(BOTH '/' FROM other.settings ->> 'object_prefix')) AS prefix
    FROM other
    WHERE other.kind NOT IN ('move', 'rollup') AND other.policy_id <> policy.policy_id AND other.name <> policy.name
  )
  SELECT min(prefixes.name)
  FROM prefixes, own
  WHERE own.prefix = '' OR prefixes.prefix = ''
    OR starts_with(own.prefix || '/', prefixes.prefix || '/')
    OR starts_with(prefixes.prefix || '/', own.prefix || '/')
$$;
ALTER FUNCTION archive.object_prefix_taken(archive.policies) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.object_prefix_taken(archive.policies) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.object_prefix_taken(archive.policies) TO archive_owner;
COMMENT ON FUNCTION archive.object_prefix_taken(archive.policies) IS
  'A policy that has, or once had, its objects under this policy''s object_prefix, or above or below it; null if none';
