-- A digest that does not end at zero says that what left is not what had come: that entry stays.
DELETE FROM archive.ledger AS ledger
USING archive.batches AS taken
WHERE taken.batch_id = ?::uuid AND ledger.policy = taken.policy AND ledger.month = taken.month
  AND ledger.rows = 0 AND ledger.bytes = 0 AND ledger.source_rows = 0
  AND ledger.digest_a = 0 AND ledger.digest_b = 0
