UPDATE archive.bin SET state = 'restored', ended_at = now()
  WHERE bin_id = ?::uuid AND state IN ('detaching', 'binned') RETURNING *
