SELECT walk, position_time, position_block, end_block FROM archive.job_progress WHERE job_id = ?::uuid
