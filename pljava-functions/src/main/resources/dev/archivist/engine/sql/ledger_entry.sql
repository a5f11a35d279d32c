-- A roll-up's bytes may shrink, when a merged daily value is shorter than it was. The row proposed
-- for insertion must pass the table's checks even where it is there already, so it gets no negative
-- bytes; the update takes them from the batch.
entry AS (
  INSERT INTO archive.ledger AS ledger (policy, month, source_rows, rows, bytes, oldest, newest,
    digest_a, digest_b, updated_at)
  SELECT policy, month, source_rows, rows, greatest(bytes, 0), oldest, newest, digest_a, digest_b, now()
  FROM batch
  ON CONFLICT (policy, month) DO UPDATE SET
    source_rows = ledger.source_rows + excluded.source_rows,
    rows = ledger.rows + excluded.rows,
    bytes = ledger.bytes + (SELECT batch.bytes FROM batch WHERE batch.month = excluded.month),
    oldest = least(ledger.oldest, excluded.oldest),
    newest = greatest(ledger.newest, excluded.newest),
    digest_a = ledger.digest_a + excluded.digest_a,
    digest_b = ledger.digest_b + excluded.digest_b,
    updated_at = excluded.updated_at
)
