SELECT count(*) AS rows, coalesce(sum({bytes}), 0)::bigint AS bytes,
  coalesce(sum({digest_a}), 0)::text AS digest_a, coalesce(sum({digest_b}), 0)::text AS digest_b
FROM {table} AS kept
WHERE {which}
