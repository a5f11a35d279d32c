SELECT old.ctid AS tid, old.{time} AS at
FROM {source} AS old
WHERE old.{time} >= ? AND old.{time} < ?
  AND NOT {held}
ORDER BY old.{time}
LIMIT ?
