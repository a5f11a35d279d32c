CREATE OR REPLACE FUNCTION archive.run_batch(job uuid,
  OUT records_processed bigint, OUT records_archived bigint, OUT records_deleted bigint,
  OUT bytes_archived bigint, OUT done boolean)
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
AS 'dev.archivist.engine.ArchiveFunctions.runBatch(java.lang.String,java.sql.ResultSet)';
ALTER FUNCTION archive.run_batch(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.run_batch(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.run_batch(uuid) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.run_batch(uuid) IS
  'Runs one batch of the job in the caller''s transaction. ZA005 if the job is not running, ZA006 if its policy is held by another session, ZA007 if rows would be lost';
