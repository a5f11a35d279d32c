kept.{time} >= ?::timestamptz AND kept.{time} < ?::timestamptz
