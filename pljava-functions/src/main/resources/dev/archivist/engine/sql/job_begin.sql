-- A request that waits for this policy becomes this job; else the job is new.
WITH requested AS (
  SELECT id
  FROM archive.jobs
  WHERE job_type = ? AND status = 'pending'
  ORDER BY created_at
  LIMIT 1
),
adopted AS (
  UPDATE archive.jobs AS job
  SET status = 'running', started_at = clock_timestamp(), cutoff = ?::timestamptz, host = ?,
    session_pid = pg_catalog.pg_backend_pid(), session_started = own.backend_start
  FROM requested, pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) AS own
  WHERE job.id = requested.id
  RETURNING job.id
),
made AS (
  INSERT INTO archive.jobs AS job (job_type, status, started_at, cutoff, host, session_pid, session_started)
  SELECT ?, 'running', clock_timestamp(), ?::timestamptz, ?, pg_catalog.pg_backend_pid(), own.backend_start
  FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) AS own
  WHERE NOT EXISTS (SELECT FROM requested)
  RETURNING job.id
)
SELECT id::text FROM adopted UNION ALL SELECT id::text FROM made
