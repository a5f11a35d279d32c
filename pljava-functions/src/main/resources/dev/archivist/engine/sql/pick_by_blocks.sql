SELECT old.ctid AS tid, old.{time} AS at
FROM {source} AS old
WHERE old.ctid >= ?::tid AND old.ctid < ?::tid AND old.{time} >= ? AND old.{time} < ?
LIMIT ?
