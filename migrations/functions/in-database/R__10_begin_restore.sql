-- Executed with the rights of archive_engine, and granted to archive_owner alone: whoever may take rows out of
-- the archive may lose them.
CREATE OR REPLACE FUNCTION archive.begin_restore(policy text, options jsonb)
RETURNS uuid
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
AS 'java.lang.String=dev.archivist.engine.ArchiveFunctions.beginRestore(java.lang.String,java.lang.String)';
ALTER FUNCTION archive.begin_restore(text, jsonb) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.begin_restore(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.begin_restore(text, jsonb) TO archive_owner;
COMMENT ON FUNCTION archive.begin_restore(text, jsonb) IS
  'Opens a job that takes archived rows back and returns its id; options: from, to (ISO 8601, UTC where no offset is given), and if need be into (a table that gets a copy), where (columns and values), hold (how long rows stay live, 30 days). For members of archive_owner. ZA001, ZA002, ZA004, ZA015, ZA041, ZA042';
