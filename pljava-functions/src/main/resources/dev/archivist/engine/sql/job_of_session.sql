-- A running job of this session: it holds the policy's lock, before this transaction takes it.
SELECT job.id::text
FROM archive.jobs AS job
WHERE job.job_type = ? AND job.status = 'running'
  AND EXISTS (
    SELECT
    FROM pg_catalog.pg_locks l
    WHERE l.locktype = 'advisory' AND l.pid = pg_catalog.pg_backend_pid()
      AND l.classid = 1095910216 AND l.objid = ?::bigint::oid AND l.objsubid = 2 AND l.granted)
