SELECT object_keep_for IS NOT NULL FROM archive.policies WHERE name = ?
