-- The engine in the database, called by its functions.

-- name: plan
SELECT archive.plan(?)::text

-- name: begin_job
SELECT archive.begin_job(?)::text

-- name: run_batch
SELECT records_processed, records_archived, records_deleted, bytes_archived, done
FROM archive.run_batch(?::uuid)

-- name: begin_restore
SELECT archive.begin_restore(?, ?::jsonb)::text

-- name: restore_batch
SELECT records_restored, records_present, bytes_restored, done
FROM archive.restore_batch(?::uuid)

-- name: finish_job
SELECT archive.finish_job(?::uuid, ?, ?) IS NULL
