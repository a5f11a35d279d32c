-- Months of data and months of the ledger: one without the other is due too, to be found wrong.
WITH given AS (
  SELECT ?::text AS policy, ?::timestamptz AS until
),
months (month) AS (
  {months}
  UNION
  SELECT ledger.month FROM archive.ledger JOIN given USING (policy) WHERE ledger.rows > 0
)
SELECT to_char(months.month, 'YYYY-MM-DD') AS month, coalesce(ledger.rows, 0) AS rows,
  coalesce(ledger.bytes, 0) AS bytes
FROM given
JOIN months ON (months.month + interval '1 month') AT TIME ZONE 'UTC' <= given.until
LEFT JOIN archive.ledger ON ledger.policy = given.policy AND ledger.month = months.month
ORDER BY months.month
