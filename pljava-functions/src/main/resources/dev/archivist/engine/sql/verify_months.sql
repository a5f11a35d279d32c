-- Every month of which anything is known, and every month for which there is a partition.
SELECT coalesce(to_char(months.month, 'YYYY-MM-DD'), months.month::text) AS month
FROM (
  SELECT ledger.month FROM archive.ledger AS ledger WHERE ledger.policy = ?
  UNION
  SELECT entry.month FROM archive.batches AS entry WHERE entry.policy = ? AND entry.bin_id IS NULL
  UNION
  SELECT generate_series(date_trunc('month', (bounds.word)[1]::timestamptz, 'UTC') AT TIME ZONE 'UTC',
    ((bounds.word)[2]::timestamptz - interval '1 microsecond') AT TIME ZONE 'UTC', interval '1 month')::date
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
  JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
  JOIN pg_catalog.pg_namespace n ON n.oid = parent.relnamespace,
  LATERAL regexp_match(pg_catalog.pg_get_expr(child.relpartbound, child.oid),
    'FROM \(''(\d{4}-[^'']+)''\) TO \(''(\d{4}-[^'']+)''\)$') AS bounds (word)
  WHERE n.nspname = ? AND parent.relname = ?
) AS months
ORDER BY months.month
