SELECT job_type, cutoff, action, options::text FROM archive.jobs WHERE id = ?::uuid AND status = 'running'
