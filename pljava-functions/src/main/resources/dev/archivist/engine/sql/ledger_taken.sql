-- What leaves the archive is entered with negative numbers, under the batch that it came with. A
-- ledger that has less than is taken is wrong: its entry is left out, and the caller finds it missing.
batch AS (
  INSERT INTO archive.batches (batch_id, origin, policy, job_id, month, archived_at, source_rows,
    source_bytes, rows, bytes, oldest, newest, digest_a, digest_b)
  SELECT ?::uuid, origin, ?, ?::uuid, month, now(), -rows, -bytes, -rows, -bytes, oldest, newest, -digest_a, -digest_b
  FROM months
  RETURNING policy, month, source_rows, rows, bytes, digest_a, digest_b
),
entry AS (
  UPDATE archive.ledger AS ledger SET
    source_rows = ledger.source_rows + taken.source_rows,
    rows = ledger.rows + taken.rows,
    bytes = ledger.bytes + taken.bytes,
    digest_a = ledger.digest_a + taken.digest_a,
    digest_b = ledger.digest_b + taken.digest_b,
    updated_at = now()
  FROM (
    SELECT policy, month, sum(source_rows) AS source_rows, sum(rows) AS rows, sum(bytes) AS bytes,
      sum(digest_a) AS digest_a, sum(digest_b) AS digest_b
    FROM batch
    GROUP BY policy, month
  ) AS taken
  WHERE ledger.policy = taken.policy AND ledger.month = taken.month
    AND ledger.rows + taken.rows >= 0 AND ledger.bytes + taken.bytes >= 0
    AND ledger.source_rows + taken.source_rows >= 0
  RETURNING ledger.month
)
