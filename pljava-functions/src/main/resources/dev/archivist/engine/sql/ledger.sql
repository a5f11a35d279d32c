-- What each month of the archive must hold, and what it holds.

-- name: entry
-- A roll-up's bytes may shrink, when a merged value is shorter than it was. The row proposed
-- for insertion must pass the table's checks even where it is there already, so it gets no negative
-- bytes; the update takes them from the batch.
entry AS (
  INSERT INTO archive.ledger AS ledger (policy, position, month, source_rows, rows, bytes, oldest, newest,
    digest_a, digest_b, updated_at)
  SELECT policy, position, month, source_rows, rows, greatest(bytes, 0), oldest, newest, digest_a, digest_b, now()
  FROM batch
  ON CONFLICT (policy, position, month) DO UPDATE SET
    source_rows = ledger.source_rows + excluded.source_rows,
    rows = ledger.rows + excluded.rows,
    bytes = ledger.bytes + (SELECT batch.bytes FROM batch WHERE batch.position = excluded.position AND batch.month = excluded.month),
    oldest = least(ledger.oldest, excluded.oldest),
    newest = greatest(ledger.newest, excluded.newest),
    digest_a = ledger.digest_a + excluded.digest_a,
    digest_b = ledger.digest_b + excluded.digest_b,
    updated_at = excluded.updated_at
)

-- name: taken
-- What leaves the archive is entered with negative numbers, under the batch that it came with. A
-- ledger that has less than is taken is wrong: its entry is left out, and the caller finds it missing.
batch AS (
  INSERT INTO archive.batches (batch_id, origin, policy, position, job_id, month, archived_at, source_rows,
    source_bytes, rows, bytes, oldest, newest, digest_a, digest_b)
  SELECT given.batch, origin, given.policy, months.position, given.job, month, now(), -rows, -bytes, -rows, -bytes, oldest, newest, -digest_a, -digest_b
  FROM months, given
  RETURNING policy, position, month, source_rows, rows, bytes, digest_a, digest_b
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
    SELECT policy, position, month, sum(source_rows) AS source_rows, sum(rows) AS rows, sum(bytes) AS bytes,
      sum(digest_a) AS digest_a, sum(digest_b) AS digest_b
    FROM batch
    GROUP BY policy, position, month
  ) AS taken
  WHERE ledger.policy = taken.policy AND ledger.position = taken.position AND ledger.month = taken.month
    AND ledger.rows + taken.rows >= 0 AND ledger.bytes + taken.bytes >= 0
    AND ledger.source_rows + taken.source_rows >= 0
  RETURNING ledger.position, ledger.month
)

-- name: bounds
SELECT touched.policy, touched.position, touched.month, bound.oldest, bound.newest
  FROM touched, LATERAL (
    SELECT min(kept."{time}") AS oldest, max(kept."{time}") AS newest
    FROM "{archive}" AS kept
    WHERE kept."{time}" >= touched.month::timestamp AT TIME ZONE 'UTC'
      AND kept."{time}" < (touched.month + interval '1 month') AT TIME ZONE 'UTC'
  ) AS bound
  WHERE touched.position = "{position}"

-- name: compare
-- What the month is, beside what the ledger says of it; zeros where it has no entry.
SELECT data.*, coalesce(entry.rows, 0) AS ledger_rows, coalesce(entry.bytes, 0) AS ledger_bytes,
  coalesce(entry.digest_a, 0)::text AS ledger_digest_a, coalesce(entry.digest_b, 0)::text AS ledger_digest_b
FROM (
  /* {content} */
) AS data
LEFT JOIN archive.ledger AS entry ON entry.policy = ? AND entry.position = ? AND entry.month = ?::date

-- name: content
SELECT count(*) AS rows, coalesce(sum("{bytes}"), 0)::bigint AS bytes,
  coalesce(sum("{digest_a}"), 0)::text AS digest_a, coalesce(sum("{digest_b}"), 0)::text AS digest_b
FROM "{table}" AS kept
WHERE "{which}"

-- name: every_row
true

-- name: rows_of_month
kept."{time}" >= ?::timestamptz AND kept."{time}" < ?::timestamptz

-- name: settle
-- The oldest or the newest row of a month may be among those that a batch took out, and an empty month leaves
-- the ledger. A digest that does not end at zero says that what left is not what had come: that entry stays.
WITH touched AS (
  SELECT DISTINCT entry.policy, entry.position, entry.month
  FROM archive.batches AS taken
  JOIN archive.ledger AS entry ON entry.policy = taken.policy AND entry.position = taken.position AND entry.month = taken.month
  WHERE taken.batch_id = ?::uuid AND entry.rows > 0
    AND (taken.oldest <= entry.oldest OR taken.newest >= entry.newest)
),
rest AS (
  /* {bounds} */
),
emptied AS (
  DELETE FROM archive.ledger AS ledger
  USING archive.batches AS taken
  WHERE taken.batch_id = ?::uuid AND ledger.policy = taken.policy AND ledger.position = taken.position
    AND ledger.month = taken.month
    AND ledger.rows = 0 AND ledger.bytes = 0 AND ledger.source_rows = 0
    AND ledger.digest_a = 0 AND ledger.digest_b = 0
)
UPDATE archive.ledger AS ledger
SET oldest = rest.oldest, newest = rest.newest
FROM rest
WHERE ledger.policy = rest.policy AND ledger.position = rest.position AND ledger.month = rest.month
  AND rest.oldest IS NOT NULL
