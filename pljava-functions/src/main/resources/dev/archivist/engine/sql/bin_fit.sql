SELECT archive.fit_from_bin(?::uuid)
