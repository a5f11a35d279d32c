-- A running job that this session began. Ask only where the session holds the policy's lock: a pid
-- comes again, and another session's job may have had it.
SELECT job.id::text
FROM archive.jobs AS job
WHERE job.job_type = ? AND job.status = 'running'
  AND job.session_pid = pg_catalog.pg_backend_pid()
