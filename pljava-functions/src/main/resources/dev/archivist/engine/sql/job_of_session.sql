SELECT job.id::text
FROM archive.jobs AS job, pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) AS own
WHERE job.job_type = ? AND job.status = 'running'
  AND job.session_pid = own.pid AND job.session_started = own.backend_start
