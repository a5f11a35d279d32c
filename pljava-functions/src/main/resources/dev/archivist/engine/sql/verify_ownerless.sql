WITH ledger AS (
  SELECT entry.policy, entry.month, entry.rows FROM archive.ledger AS entry
),
journal AS (
  SELECT entry.policy, entry.month, sum(entry.rows) AS rows
  FROM archive.batches AS entry
  WHERE entry.bin_id IS NULL
  GROUP BY entry.policy, entry.month
)
SELECT policy, count(*) AS months, sum(coalesce(ledger.rows, journal.rows))::bigint AS rows
FROM ledger
FULL JOIN journal USING (policy, month)
WHERE (ledger.rows <> 0 OR journal.rows <> 0)
  AND NOT EXISTS (SELECT FROM archive.policies AS known WHERE known.name = policy)
GROUP BY policy
ORDER BY policy
