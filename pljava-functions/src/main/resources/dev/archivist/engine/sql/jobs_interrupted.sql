UPDATE archive.jobs SET
  status = 'failed',
  completed_at = clock_timestamp(),
  error_message = 'interrupted: the session that ran the job ended; its committed batches stay archived, this run goes on'
WHERE job_type = ? AND status = 'running'
