entry.month = ?::date
