SELECT archive.attach_from_bin(?::uuid) IS NULL
