-- Rows that came late may have made an entry of the ledger for the month again.
WITH entry AS (
  UPDATE archive.bin SET state = 'restored', ended_at = now()
  WHERE bin_id = ?::uuid AND state IN ('detaching', 'binned') RETURNING *
),
entered AS (
  INSERT INTO archive.ledger AS ledger (policy, month, source_rows, rows, bytes, oldest, newest,
    digest_a, digest_b, updated_at)
  SELECT policy, month, source_rows, rows, bytes, oldest, newest, digest_a, digest_b, now()
  FROM entry
  WHERE oldest IS NOT NULL
  ON CONFLICT (policy, month) DO UPDATE SET
    source_rows = ledger.source_rows + excluded.source_rows,
    rows = ledger.rows + excluded.rows,
    bytes = ledger.bytes + excluded.bytes,
    oldest = least(ledger.oldest, excluded.oldest),
    newest = greatest(ledger.newest, excluded.newest),
    digest_a = ledger.digest_a + excluded.digest_a,
    digest_b = ledger.digest_b + excluded.digest_b,
    updated_at = excluded.updated_at
),
journal AS (
  UPDATE archive.batches AS batch SET bin_id = NULL
  FROM entry
  WHERE batch.bin_id = entry.bin_id
)
SELECT count(*) FROM entry
