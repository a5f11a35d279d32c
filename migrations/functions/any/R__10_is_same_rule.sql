-- A job goes on where only the size of its batches changed, or whether the next one may begin.
CREATE OR REPLACE FUNCTION archive.is_same_rule(policy_id integer, version integer)
RETURNS boolean
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(bool_or(p.version = is_same_rule.version
    OR archive.policy_rule(p) - immaterial.columns = v.rule - immaterial.columns), false)
  FROM archive.policies p
  LEFT JOIN archive.policy_versions v ON v.policy_id = p.policy_id AND v.version = is_same_rule.version
  CROSS JOIN (SELECT ARRAY['version', 'valid_from', 'enabled', 'batch_rows', 'batch_bytes'] AS columns) AS immaterial
  WHERE p.policy_id = is_same_rule.policy_id
$$;
ALTER FUNCTION archive.is_same_rule(integer, integer) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.is_same_rule(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.is_same_rule(integer, integer) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.is_same_rule(integer, integer) IS
  'Whether a policy still says what it said in that version, but for enabled and the size of its batches';
