-- The next part of the range that lies in one partition; a bound that is none reaches for ever.
SELECT greatest(part.from_time, asked.from_time) AS from_time, least(part.to_time, asked.to_time) AS to_time
FROM (SELECT ?::timestamptz AS from_time, ?::timestamptz AS to_time) AS asked,
LATERAL (
  SELECT
    coalesce((pg_catalog.regexp_match(bound.text, 'FROM \(''([^'']+)''\)'))[1]::timestamptz, '-infinity') AS from_time,
    coalesce((pg_catalog.regexp_match(bound.text, 'TO \(''([^'']+)''\)'))[1]::timestamptz, 'infinity') AS to_time
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
  JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
  JOIN pg_catalog.pg_namespace n ON n.oid = parent.relnamespace,
  LATERAL (SELECT pg_catalog.pg_get_expr(child.relpartbound, child.oid) AS text) AS bound
  WHERE n.nspname = ? AND parent.relname = ?
) AS part
WHERE part.to_time > asked.from_time AND part.from_time < asked.to_time
ORDER BY part.from_time
LIMIT 1
