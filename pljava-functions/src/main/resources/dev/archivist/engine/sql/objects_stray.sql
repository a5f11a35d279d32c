SELECT location FROM archive.stray_objects WHERE policy = ? ORDER BY since, location
