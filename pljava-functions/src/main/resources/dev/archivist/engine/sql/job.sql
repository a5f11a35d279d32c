-- The life of a job, and how far it has come.

-- name: begin
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

-- name: count
UPDATE archive.jobs SET
  records_processed = records_processed + ?,
  records_archived = records_archived + ?,
  records_deleted = records_deleted + ?,
  bytes_archived = bytes_archived + ?,
  batches = batches + CASE WHEN ? THEN 1 ELSE 0 END
WHERE id = ?::uuid

-- name: finish
UPDATE archive.jobs SET status = ?, error_message = ?, completed_at = clock_timestamp()
WHERE id = ?::uuid

-- name: of_session
-- A running job that this session began. Ask only where the session holds the policy's lock: a pid
-- comes again, and another session's job may have had it.
SELECT job.id::text
FROM archive.jobs AS job
WHERE job.job_type = ? AND job.status = 'running'
  AND job.session_pid = pg_catalog.pg_backend_pid()

-- name: running
SELECT job_type, cutoff, action, options::text FROM archive.jobs WHERE id = ?::uuid AND status = 'running'

-- name: interrupted
UPDATE archive.jobs SET
  status = 'failed',
  completed_at = clock_timestamp(),
  error_message = 'interrupted: the session that ran the job ended; '
    || CASE action WHEN 'restore' THEN 'what its committed batches gave back stays, the same restore again goes on'
      ELSE 'its committed batches stay archived, the next run goes on' END
WHERE job_type = ? AND status = 'running'

-- name: position
SELECT walk, position_time, position_block, end_block FROM archive.job_progress WHERE job_id = ?::uuid

-- name: save_position
INSERT INTO archive.job_progress (job_id, walk, position_time, position_block, end_block)
VALUES (?::uuid, ?, ?::timestamptz, ?::bigint, ?::bigint)
ON CONFLICT (job_id) DO UPDATE SET
  position_time = excluded.position_time,
  position_block = excluded.position_block,
  end_block = excluded.end_block

-- name: forget_position
DELETE FROM archive.job_progress WHERE job_id = ?::uuid

-- name: forget_orphaned_positions
DELETE FROM archive.job_progress progress
WHERE NOT EXISTS (SELECT FROM archive.jobs job WHERE job.id = progress.job_id AND job.status = 'running')

-- name: scan
-- Any valid b-tree without condition whose first column is the time column will do.
SELECT EXISTS (
    SELECT
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_am am ON am.oid = ic.relam
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL
      AND am.amname = 'btree' AND a.attname = ?
  ) AS indexed,
  pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::bigint AS blocks
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ? AND c.relname = ?

-- name: scan_in_order
-- A sequential scan of a large table begins where another one is at the moment, and a parallel one
-- has no order at all: a walk through blocks would skip what lies before. Until the transaction ends.
SELECT pg_catalog.set_config('synchronize_seqscans', 'off', true),
  pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)

-- name: is_owner
SELECT pg_catalog.pg_has_role(current_user, 'archive_owner', 'USAGE'), current_user::text

-- name: raise_error
SELECT archive.raise_error(?, ?, ?, ?)
