-- Months of data and months of the ledger: one without the other is due too, to be found wrong.
SELECT to_char(due.month, 'YYYY-MM-DD') AS month, coalesce(ledger.rows, 0) AS rows,
  coalesce(ledger.bytes, 0) AS bytes
FROM (
  {months}
  UNION
  SELECT month FROM archive.ledger WHERE policy = ? AND rows > 0
) AS due (month)
LEFT JOIN archive.ledger ON ledger.policy = ? AND ledger.month = due.month
WHERE (due.month + interval '1 month') AT TIME ZONE 'UTC' <= ?::timestamptz
ORDER BY due.month
