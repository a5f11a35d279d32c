-- The next batch begins behind the last block, so rows must come in physical order. Adding nothing to
-- the time keeps any index on it out of the plan; what is left reads the blocks in their order.
SELECT old.ctid AS tid, old.{time} AS at
FROM {source} AS old
WHERE old.ctid >= ?::tid AND old.ctid < ?::tid
  AND old.{time} + interval '0' >= ? AND old.{time} + interval '0' < ?
  AND NOT {held}
LIMIT ?
