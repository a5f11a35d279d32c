-- Months that are past their retention.

-- name: due
-- Months of data and months of the ledger: one without the other is due too, to be found wrong.
WITH given AS (
  SELECT ?::text AS policy, ?::timestamptz AS until
),
months (month) AS (
  /* {months} */
  UNION
  SELECT ledger.month FROM archive.ledger JOIN given USING (policy) WHERE ledger.rows > 0
)
SELECT to_char(months.month, 'YYYY-MM-DD') AS month, coalesce(sum(ledger.rows), 0)::bigint AS rows,
  coalesce(sum(ledger.bytes), 0)::bigint AS bytes
FROM given
JOIN months ON months.month < date_trunc('month', given.until AT TIME ZONE 'UTC')
LEFT JOIN archive.ledger ON ledger.policy = given.policy AND ledger.month = months.month
GROUP BY months.month
ORDER BY months.month

-- name: held
-- A value of a roll-up stands for a whole period, and a hold may begin within one: so a row that matches is held
-- wherever in the month it lies.
SELECT hold.reason
FROM archive.binding_holds AS hold
WHERE hold.policy_id = ? AND hold.position = "{position}" AND hold.from_time < ? AND hold.to_time > ?
  AND (hold.matching IS NULL OR EXISTS (
    SELECT FROM "{table}" AS kept WHERE "{which}" AND pg_catalog.to_jsonb(kept.*) @> hold.matching))
ORDER BY hold.made_at
LIMIT 1

-- name: months_of_partitions
SELECT to_date(right(child.relname, 7), 'YYYY_MM')
  FROM given
  JOIN archive.policy_tables p ON p.policy = given.policy
  JOIN pg_catalog.pg_namespace n ON n.nspname = p.archive_schema
  JOIN pg_catalog.pg_class parent ON parent.relname = p.archive_table AND parent.relnamespace = n.oid
  JOIN pg_catalog.pg_inherits i ON i.inhparent = parent.oid AND NOT i.inhdetachpending
  JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
  WHERE left(child.relname, -8) = parent.relname AND child.relname ~ '_[0-9]{4}_(0[1-9]|1[0-2])$'

-- name: months_of_rows
SELECT DISTINCT (date_trunc('month', kept."{time}", 'UTC') AT TIME ZONE 'UTC')::date
  FROM "{archive}" AS kept

-- name: finish_detach
SELECT archive.finish_detach(?, ?::date, ?::smallint)

-- name: keep_attached
SELECT archive.keep_attached(?)
