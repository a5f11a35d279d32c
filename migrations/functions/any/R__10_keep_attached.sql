-- A purge that ended between recording a month and detaching it: the month never left. Whoever
-- works on the policy next needs its ledger whole, so every job begins with this.
CREATE OR REPLACE FUNCTION archive.keep_attached(policy_name text)
RETURNS bigint
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept bigint := 0;
BEGIN
  -- Not while a purge is running.
  IF NOT EXISTS (SELECT FROM archive.bin b WHERE b.policy = policy_name AND b.state = 'detaching')
    OR NOT (SELECT pg_try_advisory_xact_lock(1095910216, p.policy_id) FROM archive.policies p WHERE p.name = policy_name)
  THEN
    RETURN kept;
  END IF;
  WITH entry AS (
    SELECT b.bin_id, b.policy, b.month
    FROM archive.bin b
    WHERE b.policy = policy_name AND b.state = 'detaching' AND archive.bin_place(b.bin_id) = 'attached'
  ),
  tables AS (
    DELETE FROM archive.bin_tables t USING entry e WHERE t.bin_id = e.bin_id
    RETURNING e.policy, e.month, t.*
  ),
  gone AS (
    DELETE FROM archive.bin b USING entry e WHERE b.bin_id = e.bin_id
  ),
  entered AS (
    INSERT INTO archive.ledger AS ledger (policy, position, month, source_rows, rows, bytes, oldest, newest,
      digest_a, digest_b, updated_at)
    SELECT t.policy, t.position, t.month, t.source_rows, t.rows, t.bytes, t.oldest, t.newest, t.digest_a, t.digest_b, now()
    FROM tables t
    WHERE t.oldest IS NOT NULL
    ON CONFLICT ON CONSTRAINT ledger_pkey DO UPDATE SET
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
    UPDATE archive.batches batch SET bin_id = NULL FROM entry e WHERE batch.bin_id = e.bin_id
  )
  SELECT count(*) INTO kept FROM entry;
  RETURN kept;
END
$$;
ALTER FUNCTION archive.keep_attached(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.keep_attached(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.keep_attached(text) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.keep_attached(text) IS
  'Puts months of the policy back into the ledger that a purge had recorded as detaching, but that never left the archive; how many. Does nothing while another session holds the policy';
