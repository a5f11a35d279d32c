SELECT state FROM archive.bin WHERE bin_id = ?::uuid
