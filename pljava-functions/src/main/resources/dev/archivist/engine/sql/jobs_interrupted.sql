UPDATE archive.jobs SET
  status = 'failed',
  completed_at = clock_timestamp(),
  error_message = 'interrupted: the session that ran the job ended; '
    || CASE action WHEN 'restore' THEN 'what its committed batches gave back stays, the same restore again goes on'
      ELSE 'its committed batches stay archived, the next run goes on' END
WHERE job_type = ? AND status = 'running'
