INSERT INTO archive.job_progress (job_id, walk, position_time, position_block, end_block)
VALUES (?::uuid, ?, ?::timestamptz, ?::bigint, ?::bigint)
ON CONFLICT (job_id) DO UPDATE SET
  position_time = excluded.position_time,
  position_block = excluded.position_block,
  end_block = excluded.end_block
