-- Months that left the archive and wait to be dropped.

-- name: attach
SELECT archive.attach_from_bin(?::uuid) IS NULL

-- name: binned
WITH moved AS MATERIALIZED (
  SELECT archive.move_to_bin(?::uuid) IS NULL AS done
),
binned AS (
  UPDATE archive.bin AS bin SET state = 'binned', binned_at = archive.clock(),
    drop_after = (archive.clock() AT TIME ZONE 'UTC' + policy.bin_for) AT TIME ZONE 'UTC'
  FROM archive.policies policy, moved
  WHERE bin.bin_id = ?::uuid AND policy.name = bin.policy AND moved.done IS NOT NULL
)
/* {count} */

-- name: count
UPDATE archive.jobs SET
  records_processed = records_processed
    + (SELECT coalesce(sum(t.rows), 0) FROM archive.bin_tables AS t WHERE t.bin_id = ?::uuid),
  batches = batches + 1
WHERE id = ?::uuid

-- name: drop
DROP TABLE "{table}"

-- name: dropped
WITH gone AS (
  DELETE FROM archive.bin_objects WHERE bin_id = ?::uuid RETURNING bin_id, location
),
released_no_more AS (
  DELETE FROM archive.released_objects AS released
  USING gone, archive.bin AS entry
  WHERE entry.bin_id = gone.bin_id AND released.policy = entry.policy AND released.location = gone.location
),
stray AS (
  -- Their time in the bin is over.
  INSERT INTO archive.stray_objects (location, policy, drop_after)
  SELECT location, ?, archive.clock() FROM gone
  ON CONFLICT (location) DO NOTHING
)
UPDATE archive.bin SET state = 'dropped', ended_at = now() WHERE bin_id = ?::uuid

-- name: entries
-- The entries of a policy, or one, each with a row for every table; content is one row a column then.
WITH entries AS MATERIALIZED (
  SELECT bin.*, coalesce(archive.bin_place(bin.bin_id), 'nowhere') AS place
  FROM archive.bin AS bin
  WHERE bin.state IN ('detaching', 'binned') AND "{which}"
),
tables AS MATERIALIZED (
  SELECT t.*, coalesce(archive.bin_place(t.bin_id, t.position), 'nowhere') AS place
  FROM archive.bin_tables AS t
  WHERE t.bin_id IN (SELECT entry.bin_id FROM entries AS entry)
)
SELECT entry.bin_id::text AS id, entry.policy, to_char(entry.month, 'YYYY-MM-DD') AS month, entry.state, entry.binned_at,
  entry.drop_after, coalesce(entry.drop_after <= archive.clock(), false) AS due, entry.place,
  t.position, t.table_name, t.partition_name, t.place AS table_place,
  t.rows, t.bytes, t.digest_a::text AS digest_a, t.digest_b::text AS digest_b, content.column_name
FROM entries AS entry
JOIN tables AS t ON t.bin_id = entry.bin_id
LEFT JOIN LATERAL unnest(t.content) WITH ORDINALITY AS content (column_name, number) ON true
ORDER BY entry.policy, entry.month, entry.begun_at, entry.bin_id, t.position, content.number

-- name: fit
SELECT archive.fit_from_bin(?::uuid)

-- name: hold
SELECT archive.hold(policy => ?, from_time => ?::timestamptz, to_time => ?::timestamptz,
  until => archive.clock() + interval '30 days', reason => ?, kind => 'restore')::text

-- name: insert
-- PostgreSQL copies a row as it is where both tables have the same columns. One that is older than a
-- column, and so is stored without it, would get the default that the column has in the other table.
-- A row that comes out of a join is built anew.
INSERT INTO "{archive}" ("{columns}")
OVERRIDING SYSTEM VALUE
SELECT "{values}" FROM "{table}" AS kept, generate_series(1, 1) AS once

-- name: lock
LOCK TABLE "{tables}" IN SHARE MODE

-- name: make_table
CREATE TABLE "{table}" (LIKE "{archive}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE
  INCLUDING COMPRESSION INCLUDING INDEXES)

-- name: own_table
ALTER TABLE "{table}" OWNER TO archive_owner

-- name: record
-- The month leaves the ledger and becomes an entry of the bin. Its tables' names, and the columns that the digest
-- covers, come as one array each, in the order of the tables.
WITH given AS (
  SELECT ?::uuid AS bin_id, ?::text AS policy, ?::date AS month
),
tables AS (
  SELECT /* {tables} */
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
),
entry AS (
  INSERT INTO archive.bin (bin_id, policy, month, state)
  SELECT given.bin_id, given.policy, given.month, 'detaching' FROM given
  RETURNING bin_id
)
INSERT INTO archive.bin_tables (bin_id, position, table_name, partition_name, rows, bytes, source_rows, oldest, newest,
  digest_a, digest_b, content, types, properties)
SELECT entry.bin_id, tables.position, tables.table_name, tables.partition_name,
  coalesce(l.rows, 0), coalesce(l.bytes, 0), coalesce(l.source_rows, 0), l.oldest, l.newest,
  coalesce(l.digest_a, 0), coalesce(l.digest_b, 0), tables.content,
  ARRAY(
    SELECT archive.type_name(a.atttypid, a.atttypmod, a.attcollation)
    FROM unnest(tables.content) WITH ORDINALITY AS content (name, number)
    JOIN pg_catalog.pg_attribute AS a ON a.attname = content.name AND NOT a.attisdropped
      AND a.attrelid = to_regclass(format('%I.%I', p.archive_schema, p.archive_table))
    ORDER BY content.number),
  -- those that go with the rows
  ARRAY(
    SELECT had.property
    FROM archive.table_properties(to_regclass(format('%I.%I', p.archive_schema, p.archive_table))) AS had (property)
    WHERE had.property ~ '^(LOGGED$|UNIQUE |CHECK )'
    ORDER BY had.property)
FROM entry CROSS JOIN given CROSS JOIN tables
JOIN archive.policy_tables AS p ON p.policy = given.policy AND p.position = tables.position
LEFT JOIN left_ledger l ON l.position = tables.position
RETURNING position, table_name, partition_name, rows, bytes, digest_a::text AS digest_a, digest_b::text AS digest_b

-- name: recorded_table
?::smallint AS position, ?::text AS table_name, ?::text AS partition_name, ?::text[] AS content

-- name: return
-- Rows that came late may have made entries of the ledger for the month again.
WITH entry AS (
  UPDATE archive.bin SET state = 'restored', ended_at = now()
  WHERE bin_id = ?::uuid AND state IN ('detaching', 'binned') RETURNING *
),
entered AS (
  INSERT INTO archive.ledger AS ledger (policy, position, month, source_rows, rows, bytes, oldest, newest,
    digest_a, digest_b, updated_at)
  SELECT entry.policy, t.position, entry.month, t.source_rows, t.rows, t.bytes, t.oldest, t.newest, t.digest_a, t.digest_b, now()
  FROM entry JOIN archive.bin_tables AS t ON t.bin_id = entry.bin_id
  WHERE t.oldest IS NOT NULL
  ON CONFLICT (policy, position, month) DO UPDATE SET
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
),
objects AS (
  DELETE FROM archive.bin_objects AS object USING entry WHERE object.bin_id = entry.bin_id
)
/* {count} */

-- name: state
SELECT state FROM archive.bin WHERE bin_id = ?::uuid

-- name: take_reports
WITH gone AS (
  DELETE FROM "{archive}" AS kept WHERE "{which}" RETURNING *
),
binned AS (
  INSERT INTO "{table}" SELECT * FROM gone RETURNING 1
),
objects AS (
  -- one of another report, or of another time, is not dropped with this month
  INSERT INTO archive.bin_objects (bin_id, location)
  SELECT DISTINCT ?::uuid, gone.s3_location FROM gone WHERE "{is_own}"
)
SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM binned) AS binned

-- name: take_rows
WITH gone AS (
  DELETE FROM "{archive}" AS kept WHERE "{which}" RETURNING *
),
binned AS (
  INSERT INTO "{table}" SELECT * FROM gone RETURNING 1
)
SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM binned) AS binned

-- name: which_id
bin.bin_id = ?::uuid

-- name: which_policy
bin.policy = ?
