-- The oldest or the newest row of a month may be among those that a batch took out.
UPDATE archive.ledger AS ledger
SET oldest = rest.oldest, newest = rest.newest
FROM (
  SELECT DISTINCT entry.policy, entry.month
  FROM archive.batches AS taken
  JOIN archive.ledger AS entry ON entry.policy = taken.policy AND entry.month = taken.month
  WHERE taken.batch_id = ?::uuid AND entry.rows > 0
    AND (taken.oldest <= entry.oldest OR taken.newest >= entry.newest)
) AS touched,
LATERAL (
  SELECT min(kept.{time}) AS oldest, max(kept.{time}) AS newest
  FROM {archive} AS kept
  WHERE kept.{time} >= touched.month::timestamp AT TIME ZONE 'UTC'
    AND kept.{time} < (touched.month + interval '1 month') AT TIME ZONE 'UTC'
) AS rest
WHERE ledger.policy = touched.policy AND ledger.month = touched.month AND rest.oldest IS NOT NULL
