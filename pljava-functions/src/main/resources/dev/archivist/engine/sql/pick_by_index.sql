SELECT old.ctid AS tid, old.{time} AS at
FROM {source} AS old
WHERE old.{time} >= ? AND old.{time} < ?
ORDER BY old.{time}
LIMIT ?
