DELETE FROM archive.bin_objects WHERE bin_id = ?::uuid
