CREATE OR REPLACE FUNCTION archive.plan(policy text)
RETURNS jsonb
LANGUAGE java
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
SET plan_cache_mode = force_custom_plan
SET lock_timeout = '5s'
AS 'java.lang.String=dev.archivist.engine.ArchiveFunctions.plan(java.lang.String)';
ALTER FUNCTION archive.plan(text) OWNER TO archive_owner;
REVOKE ALL ON FUNCTION archive.plan(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.plan(text) TO archive_operator, archive_reader;
COMMENT ON FUNCTION archive.plan(text) IS
  'What a run of the policy would do now: cutoff, rows, bytes, windows by month (UTC), partitions to make, refusals, warnings, steps. Changes nothing';
