bin_id = ?::uuid
