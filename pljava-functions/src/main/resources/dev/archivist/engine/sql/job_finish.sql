UPDATE archive.jobs SET status = ?, error_message = ?, completed_at = clock_timestamp()
WHERE id = ?::uuid
