WITH given AS (
  SELECT ?::uuid AS bin_id, ?::text AS policy, ?::date AS month, ?::text AS table_name,
    ?::text AS partition_name, ?::jsonb AS columns
),
left_ledger AS (
  DELETE FROM archive.ledger USING given
  WHERE ledger.policy = given.policy AND ledger.month = given.month
  RETURNING ledger.*
),
journal AS (
  UPDATE archive.batches AS batch SET bin_id = given.bin_id
  FROM given
  WHERE batch.policy = given.policy AND batch.month = given.month AND batch.bin_id IS NULL
)
INSERT INTO archive.bin (bin_id, policy, month, table_name, partition_name, state, rows, bytes,
  source_rows, oldest, newest, digest_a, digest_b, content)
SELECT given.bin_id, given.policy, given.month, given.table_name, given.partition_name, 'detaching',
  coalesce(l.rows, 0), coalesce(l.bytes, 0), coalesce(l.source_rows, 0), l.oldest, l.newest,
  coalesce(l.digest_a, 0), coalesce(l.digest_b, 0),
  ARRAY(SELECT pg_catalog.jsonb_array_elements_text(given.columns -> 'columns'))
FROM given LEFT JOIN left_ledger l ON true
