CREATE OR REPLACE FUNCTION archive.plan(policy text)
RETURNS jsonb
LANGUAGE java
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
SET "DateStyle" = 'ISO, MDY'
SET "IntervalStyle" = postgres
SET extra_float_digits = 3
SET bytea_output = hex
SET lc_monetary = 'C'
SET quote_all_identifiers = off
SET plan_cache_mode = force_custom_plan
SET lock_timeout = '500ms'
AS 'java.lang.String=dev.archivist.engine.ArchiveFunctions.plan(java.lang.String)';
ALTER FUNCTION archive.plan(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.plan(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.plan(text) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.plan(text) IS
  'What a run of the policy would do now: cutoff, rows, bytes, windows by month (UTC), partitions to make, refusals, warnings, steps. Changes nothing';
