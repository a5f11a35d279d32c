DELETE FROM archive.job_progress WHERE job_id = ?::uuid
