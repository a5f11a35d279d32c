DELETE FROM archive.expiring_objects WHERE location = ?
