CREATE OR REPLACE FUNCTION archive.check_offload_settings(policy archive.policies)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
SET "IntervalStyle" = postgres
AS $$
  SELECT CASE
    WHEN policy.settings - ARRAY['key', 'file', 'size', 'format', 'object_prefix', 'codec', 'object_keep_for'] <> '{}' THEN
      format('kind offload has no such settings: %s',
        policy.settings - ARRAY['key', 'file', 'size', 'format', 'object_prefix', 'codec', 'object_keep_for'])
    WHEN jsonb_path_exists(policy.settings, '$.* ? (@.type() <> "string")') THEN
      format('settings of kind offload are texts: %s', policy.settings)
    WHEN NOT policy.settings ?& ARRAY['key', 'file', 'format', 'object_prefix', 'codec'] THEN
      'an offload needs "key", "file", "format", "object_prefix" and "codec"'
    WHEN policy.settings ->> 'codec' NOT IN ('zstd', 'gzip') THEN
      format('codec is "zstd" or "gzip", not "%s"', policy.settings ->> 'codec')
    WHEN archive.object_prefix_taken(policy) IS NOT NULL THEN
      format('object_prefix "%s": there, above or below it policy "%s" has or had its objects',
        policy.settings ->> 'object_prefix', archive.object_prefix_taken(policy))
    WHEN (policy.settings ->> 'object_keep_for')::interval <= interval '0' THEN
      format('object_keep_for is %s', policy.settings ->> 'object_keep_for')
    -- Intervals compare with months of 30 days.
    WHEN (policy.settings ->> 'object_keep_for')::interval <= policy.archive_after THEN
      format('object_keep_for (%s) is not longer than archive_after (%s)', policy.settings ->> 'object_keep_for', policy.archive_after)
    WHEN (policy.settings ->> 'object_keep_for')::interval > policy.keep_for THEN
      format('object_keep_for (%s) is longer than keep_for (%s), and objects go with their metadata',
        policy.settings ->> 'object_keep_for', policy.keep_for)
  END
$$;
ALTER FUNCTION archive.check_offload_settings(archive.policies) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.check_offload_settings(archive.policies) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.check_offload_settings(archive.policies) TO archive_owner;
COMMENT ON FUNCTION archive.check_offload_settings(archive.policies) IS
  'The settings of kind offload: key, the report''s uuid, which names its object; file, its path below the reports'' root; size, its size in bytes as the application recorded it, if it does; format; object_prefix, first part of the object''s key, of no other policy, nor below or above another''s; codec, zstd or gzip; object_keep_for, age at which the object may go, counted from the report''s time, longer than archive_after and at most keep_for, absent: as long as its metadata. Null, or what is wrong';
