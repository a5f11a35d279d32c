SELECT job.id::text
FROM archive.jobs AS job
WHERE job.job_type = ? AND job.status = 'running'
  AND job.session_pid = pg_catalog.pg_backend_pid()
