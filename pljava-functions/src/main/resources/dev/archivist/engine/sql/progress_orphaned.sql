DELETE FROM archive.job_progress progress
WHERE NOT EXISTS (SELECT FROM archive.jobs job WHERE job.id = progress.job_id AND job.status = 'running')
