-- Any table, live or archived.

-- name: size
-- What has partitions takes no room itself; what has none has no tree.
SELECT (SELECT count(*) FROM "{table}") AS rows,
  pg_total_relation_size(given.relation) + coalesce((
    SELECT sum(pg_total_relation_size(part.relid))
    FROM pg_partition_tree(given.relation) AS part
    WHERE part.level > 0), 0) AS bytes
FROM (SELECT ?::regclass AS relation) AS given
