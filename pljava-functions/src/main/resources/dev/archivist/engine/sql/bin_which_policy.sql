policy = ?
