UPDATE archive.jobs SET
  records_processed = records_processed + ?,
  records_archived = records_archived + ?,
  records_deleted = records_deleted + ?,
  bytes_archived = bytes_archived + ?,
  batches = batches + CASE WHEN ? THEN 1 ELSE 0 END
WHERE id = ?::uuid
