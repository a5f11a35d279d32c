-- A request that waits for this policy and says the same becomes this job; else the job is new.
WITH requested AS (
  SELECT id
  FROM archive.jobs
  WHERE job_type = ? AND status = 'pending' AND action = ? AND (action = 'run' OR options = ?::jsonb)
  ORDER BY created_at
  LIMIT 1
),
adopted AS (
  UPDATE archive.jobs AS job
  SET status = 'running', started_at = clock_timestamp(), cutoff = ?::timestamptz, host = ?,
    session_pid = pg_catalog.pg_backend_pid()
  FROM requested
  WHERE job.id = requested.id
  RETURNING job.id
),
made AS (
  INSERT INTO archive.jobs AS job (job_type, action, options, status, started_at, cutoff, host, session_pid)
  SELECT ?, ?, ?::jsonb, 'running', clock_timestamp(), ?::timestamptz, ?, pg_catalog.pg_backend_pid()
  WHERE NOT EXISTS (SELECT FROM requested)
  RETURNING job.id
)
SELECT id::text FROM adopted UNION ALL SELECT id::text FROM made
