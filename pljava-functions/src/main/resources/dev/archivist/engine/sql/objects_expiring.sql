SELECT location FROM archive.expiring_objects WHERE policy = ? ORDER BY since, location
