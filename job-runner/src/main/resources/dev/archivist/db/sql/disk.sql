-- What tables take on disk, with their indexes and what PostgreSQL keeps beside them.

-- name: tables
-- From the catalog, which asks for no right and no lock on them.
WITH RECURSIVE named AS (
  SELECT policy, 'live' AS tier, source_schema AS schema, source_table AS name FROM archive.policy_tables
  UNION ALL
  SELECT policy, 'archive', archive_schema, archive_table FROM archive.policy_tables
  UNION ALL
  SELECT bin.policy, 'bin', 'archive_bin', tables.table_name
  FROM archive.bin_tables AS tables
  JOIN archive.bin AS bin USING (bin_id)
  WHERE bin.state IN ('detaching', 'binned')
), relation AS (
  SELECT named.policy, named.tier, c.oid
  FROM named
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = named.schema
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = named.name
  UNION
  SELECT relation.policy, relation.tier, part.inhrelid
  FROM relation
  JOIN pg_catalog.pg_inherits AS part ON part.inhparent = relation.oid
)
SELECT policies.name AS policy,
  coalesce(array_agg(relation.oid) FILTER (WHERE relation.tier = 'live'), '{}')::text AS live,
  coalesce(array_agg(relation.oid) FILTER (WHERE relation.tier = 'archive'), '{}')::text AS archive,
  coalesce(array_agg(relation.oid) FILTER (WHERE relation.tier = 'bin'), '{}')::text AS bin
FROM archive.policies AS policies
LEFT JOIN relation ON relation.policy = policies.name
GROUP BY policies.name
ORDER BY policies.name

-- name: short_wait
SET LOCAL lock_timeout = '100ms'

-- name: bytes
-- What was dropped meanwhile has no size.
SELECT coalesce(sum(pg_catalog.pg_total_relation_size(oid)), 0)::bigint AS bytes
FROM unnest(?::text::oid[]) AS given (oid)
