SELECT archive.move_to_bin(?::uuid) IS NULL
