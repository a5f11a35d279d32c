CREATE OR REPLACE FUNCTION archive.restore_batch(job uuid,
  OUT records_restored bigint, OUT records_present bigint, OUT bytes_restored bigint, OUT done boolean)
RETURNS record
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
SET lock_timeout = '5s'
AS 'dev.archivist.engine.ArchiveFunctions.restoreBatch(java.lang.String,java.sql.ResultSet)';
ALTER FUNCTION archive.restore_batch(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.restore_batch(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.restore_batch(uuid) TO archive_owner;
COMMENT ON FUNCTION archive.restore_batch(uuid) IS
  'Gives one batch of rows back in the caller''s transaction; records_present were copied before. Close the job with archive.finish_job. For members of archive_owner. ZA005, ZA006, ZA007, ZA008, ZA042';
