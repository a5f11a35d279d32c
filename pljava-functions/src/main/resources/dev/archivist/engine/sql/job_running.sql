SELECT job_type, cutoff FROM archive.jobs WHERE id = ?::uuid AND status = 'running'
