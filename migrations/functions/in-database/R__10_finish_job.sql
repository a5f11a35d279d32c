CREATE OR REPLACE FUNCTION archive.finish_job(job uuid, status text, error_message text)
RETURNS void
LANGUAGE java
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
SET lock_timeout = '500ms'
AS 'dev.archivist.engine.ArchiveFunctions.finishJob(java.lang.String,java.lang.String,java.lang.String)';
ALTER FUNCTION archive.finish_job(uuid, text, text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.finish_job(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.finish_job(uuid, text, text) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.finish_job(uuid, text, text) IS
  'Closes a running job as completed, failed or cancelled, and releases its policy''s lock. ZA005 if the job is not running';
