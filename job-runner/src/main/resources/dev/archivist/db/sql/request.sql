-- What users ask a runner for.

-- name: listen
LISTEN archive_requests

-- name: complete
-- The transaction began with the question; the answer is there now.
UPDATE archive.jobs
SET status = 'completed', started_at = now(), completed_at = clock_timestamp(), host = ?, result = ?::jsonb
WHERE id = ?::uuid
