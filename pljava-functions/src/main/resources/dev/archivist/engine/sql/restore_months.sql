SELECT to_char(date_trunc('month', kept.{time}, 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
  count(*) AS rows, coalesce(sum({bytes}), 0)::bigint AS bytes
FROM {archive} AS kept
WHERE kept.{time} >= ? AND kept.{time} < ?
  AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
GROUP BY 1
ORDER BY 1
