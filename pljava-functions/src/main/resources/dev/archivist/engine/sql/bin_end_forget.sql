DELETE FROM archive.bin WHERE bin_id = ?::uuid AND state = 'detaching' RETURNING *
