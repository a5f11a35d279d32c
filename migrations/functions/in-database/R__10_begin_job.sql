CREATE OR REPLACE FUNCTION archive.begin_job(policy text)
RETURNS uuid
LANGUAGE java
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
SET plan_cache_mode = force_custom_plan
SET lock_timeout = '500ms'
AS 'java.lang.String=dev.archivist.engine.ArchiveFunctions.beginJob(java.lang.String)';
ALTER FUNCTION archive.begin_job(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.begin_job(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.begin_job(text) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.begin_job(text) IS
  'Opens a job of the policy for this session and returns its id. ZA001 if another session holds the policy, ZA002 if there is none of the name, ZA004 if a guard refuses it';
