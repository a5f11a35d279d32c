-- Months that left the archive and wait to be dropped.

-- name: attach
SELECT archive.attach_from_bin(?::uuid) IS NULL

-- name: binned
UPDATE archive.bin AS bin SET state = 'binned', binned_at = "{clock}",
  drop_after = ("{clock}" AT TIME ZONE 'UTC' + policy.bin_for) AT TIME ZONE 'UTC'
FROM archive.policies policy
WHERE bin.bin_id = ?::uuid AND policy.name = bin.policy

-- name: content
SELECT content.column_name
FROM archive.bin b, unnest(b.content) WITH ORDINALITY AS content (column_name, position)
WHERE b.bin_id = ?::uuid
ORDER BY content.position

-- name: drop
DROP TABLE "{table}"

-- name: dropped
UPDATE archive.bin SET state = 'dropped', ended_at = now() WHERE bin_id = ?::uuid

-- name: entries
SELECT bin_id::text AS id, policy, to_char(month, 'YYYY-MM-DD') AS month, table_name, partition_name, state,
  rows, bytes, digest_a::text AS digest_a, digest_b::text AS digest_b, binned_at, drop_after,
  coalesce(drop_after <= "{clock}", false) AS due,
  coalesce(archive.bin_place(bin_id), 'nowhere') AS place
FROM archive.bin
WHERE state IN ('detaching', 'binned') AND "{which}"
ORDER BY policy, month, begun_at

-- name: fit
SELECT archive.fit_from_bin(?::uuid)

-- name: hold
SELECT archive.hold(policy => ?, from_time => ?::timestamptz, to_time => ?::timestamptz,
  until => "{clock}" + interval '30 days', reason => ?, kind => 'restore')::text

-- name: insert
-- PostgreSQL copies a row as it is where both tables have the same columns. One that is older than a
-- column, and so is stored without it, would get the default that the column has in the other table.
-- Behind a join it is built anew.
INSERT INTO "{archive}" ("{columns}")
OVERRIDING SYSTEM VALUE
SELECT "{values}" FROM "{table}" AS kept, generate_series(1, 1) AS once

-- name: lock
LOCK TABLE ONLY "{table}" IN SHARE MODE

-- name: make_table
CREATE TABLE "{table}" (LIKE "{archive}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE
  INCLUDING COMPRESSION INCLUDING INDEXES)

-- name: move
SELECT archive.move_to_bin(?::uuid) IS NULL

-- name: objects_return
DELETE FROM archive.bin_objects WHERE bin_id = ?::uuid

-- name: objects_stray
WITH gone AS (
  DELETE FROM archive.bin_objects WHERE bin_id = ?::uuid RETURNING location
)
INSERT INTO archive.stray_objects (location, policy)
SELECT location, ? FROM gone
ON CONFLICT (location) DO NOTHING

-- name: own_table
ALTER TABLE "{table}" OWNER TO archive_owner

-- name: record
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

-- name: return
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

-- name: state
SELECT state FROM archive.bin WHERE bin_id = ?::uuid

-- name: take_rows
WITH gone AS (
  DELETE FROM "{archive}" AS kept WHERE "{which}" RETURNING *
),
binned AS (
  INSERT INTO "{table}" SELECT * FROM gone RETURNING s3_location
),
objects AS (
  INSERT INTO archive.bin_objects (bin_id, location)
  SELECT DISTINCT ?::uuid, s3_location FROM binned
)
SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM binned) AS binned

-- name: which_id
bin_id = ?::uuid

-- name: which_policy
policy = ?
