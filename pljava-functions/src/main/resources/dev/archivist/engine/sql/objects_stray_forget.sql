DELETE FROM archive.stray_objects WHERE location = ?
