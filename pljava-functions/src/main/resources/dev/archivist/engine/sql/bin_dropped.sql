UPDATE archive.bin SET state = 'dropped', ended_at = now() WHERE bin_id = ?::uuid
