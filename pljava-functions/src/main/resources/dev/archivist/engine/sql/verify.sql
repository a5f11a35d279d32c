-- Whether the archive is what ledger and journal say.

-- name: samples_merged
coalesce("{alias}".sample_count, 1)

-- name: all
true

-- name: batches
journal.batch IS NULL
    OR data.stamped <> data.rows
    OR journal.misplaced
    OR (journal.rows, journal.source_rows, journal.bytes, journal.source_bytes, journal.digest_a, journal.digest_b)
      IS DISTINCT FROM (coalesce(data.rows, 0), coalesce(data.source_rows, 0), coalesce(data.bytes, 0),
        coalesce(data.bytes, 0), coalesce(data.digest_a, 0), coalesce(data.digest_b, 0))
    OR (data.first_archived, data.last_archived) <> (journal.archived_at, journal.archived_at)
    OR (NOT journal.restored AND (data.oldest, data.newest) <> (journal.oldest, journal.newest))

-- name: month_of
-- The months at both ends of time have no first or no last moment that a timestamptz could hold: they count as infinite.
CASE
    WHEN kept."{time}" < '4713-01-01 00:00:00+00 BC' THEN '-infinity'
    WHEN kept."{time}" < '294276-12-01 00:00:00+00' THEN (date_trunc('month', kept."{time}", 'UTC') AT TIME ZONE 'UTC')::date
    ELSE 'infinity'
  END

-- name: data_of_month
kept."{time}" >= least(?::date::timestamp AT TIME ZONE 'UTC', '294276-12-01 00:00:00+00')
    AND kept."{time}" <= greatest((?::date + interval '1 month') AT TIME ZONE 'UTC', '4713-01-01 00:00:00+00 BC')
      - interval '1 microsecond'

-- name: entry_of_month
entry.month = ?::date

-- name: merged_batches
journal.batch IS NULL
    OR data.stamped <> data.rows
    OR journal.misplaced
    OR (data.first_archived, data.last_archived) <> (journal.archived_at, journal.archived_at)

-- name: journal_of_archive
-- what no entry of the bin has is still the archive's
(entry.bin_id IS NULL OR NOT EXISTS (
      SELECT FROM archive.bin AS left_for JOIN archive.bin_tables AS t ON t.bin_id = left_for.bin_id AND t.position = entry.position
      WHERE left_for.bin_id = entry.bin_id AND left_for.policy = entry.policy
        AND (left_for.state IN ('binned', 'dropped')
          OR left_for.state = 'detaching' AND archive.bin_place(left_for.bin_id, entry.position) <> 'attached')))

-- name: journal_of_bin
entry.bin_id = ?::uuid

-- name: ledger_of_archive
    SELECT entry.month, entry.rows, entry.source_rows, entry.bytes, entry.oldest, entry.newest,
      entry.digest_a, entry.digest_b
    FROM archive.ledger AS entry
    WHERE entry.policy = ? AND entry.position = ? AND "{entry_within}"
    UNION ALL
    -- a purge has recorded that the month leaves, but it is still here
    SELECT entry.month, t.rows, t.source_rows, t.bytes, t.oldest, t.newest, t.digest_a, t.digest_b
    FROM archive.bin AS entry JOIN archive.bin_tables AS t ON t.bin_id = entry.bin_id
    WHERE entry.policy = ? AND t.position = ? AND "{entry_within}"
      AND entry.state = 'detaching' AND archive.bin_place(entry.bin_id, t.position) = 'attached'

-- name: ledger_of_bin
    SELECT entry.month, t.rows, t.source_rows, t.bytes, t.oldest, t.newest, t.digest_a, t.digest_b
    FROM archive.bin AS entry JOIN archive.bin_tables AS t ON t.bin_id = entry.bin_id
    WHERE entry.policy = ? AND t.position = ? AND entry.bin_id = ?::uuid AND t.rows <> 0
      AND entry.state IN ('detaching', 'binned')

-- name: columns_of_archive
  SELECT jsonb_agg(jsonb_build_object('number', was.number, 'was', was.name || ' ' || was.type,
    'is', a.attname || ' ' || archive.type_name(a.atttypid, a.atttypmod, a.attcollation)) ORDER BY was.number) AS columns
  FROM /* {changed_columns} */
    AND was.policy = ? AND was.position = ?

-- name: columns_of_bin
  -- those that the digest covers are found by their names, in the order that they had
  SELECT jsonb_agg(jsonb_build_object('number', was.number, 'was', was.name || ' ' || was.type,
    'is', a.attname || ' ' || archive.type_name(a.atttypid, a.atttypmod, a.attcollation)) ORDER BY was.number) AS columns
  FROM archive.bin_tables AS t
  JOIN archive.bin AS bin ON bin.bin_id = t.bin_id
  JOIN archive.policy_tables AS p ON p.policy = bin.policy AND p.position = t.position
  CROSS JOIN LATERAL unnest(t.content, t.types) WITH ORDINALITY AS was (name, type, number)
  LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = coalesce(
      to_regclass(format('archive_bin.%I', t.table_name)), to_regclass(format('%I.%I', p.archive_schema, t.partition_name)))
    AND a.attname = was.name AND a.attnum > 0 AND NOT a.attisdropped
  WHERE t.bin_id = ?::uuid AND t.position = ?
    AND archive.type_name(a.atttypid, a.atttypmod, a.attcollation) IS DISTINCT FROM was.type

-- name: lost_of_archive
    (SELECT was.property FROM archive.archived_properties AS was WHERE was.policy = ? AND was.position = ?
    EXCEPT
    SELECT has.property
    FROM archive.policy_tables AS t,
    LATERAL archive.table_properties(to_regclass(format('%I.%I', t.archive_schema, t.archive_table))) AS has (property)
    WHERE t.policy = ? AND t.position = ?)
    UNION ALL
    -- partitions are made as tables of archive_owner
    SELECT format('%s of partition %s', wanted.property, child.oid::regclass)
    FROM archive.policy_tables AS t
    JOIN pg_catalog.pg_class AS parent ON parent.oid = to_regclass(format('%I.%I', t.archive_schema, t.archive_table))
    JOIN pg_catalog.pg_inherits AS i ON i.inhparent = parent.oid
    JOIN pg_catalog.pg_class AS child ON child.oid = i.inhrelid
    CROSS JOIN LATERAL (VALUES
      ('OWNER archive_owner', child.relowner <> parent.relowner AND pg_get_userbyid(child.relowner) <> 'archive_owner'),
      ('LOGGED', child.relpersistence <> 'p'),
      ('ORDINARY TABLE', child.relkind <> 'r'),
      ('SCHEMA', child.relnamespace <> parent.relnamespace),
      -- rows of a table that inherits would be read with the others, and neither moved nor dropped with them
      ('NO INHERITANCE', parent.relkind <> 'p' OR EXISTS (SELECT FROM pg_catalog.pg_inherits AS under WHERE under.inhparent = child.oid))
    ) AS wanted (property, is_lost)
    WHERE t.policy = ? AND t.position = ? AND wanted.is_lost

-- name: lost_of_bin
    SELECT wanted.property
    FROM archive.bin_tables AS t
    JOIN archive.bin AS bin ON bin.bin_id = t.bin_id
    JOIN archive.policy_tables AS p ON p.policy = bin.policy AND p.position = t.position
    CROSS JOIN LATERAL (
      SELECT coalesce(to_regclass(format('archive_bin.%I', t.table_name)), to_regclass(format('%I.%I', p.archive_schema, t.partition_name))) AS oid
    ) AS now
    JOIN pg_catalog.pg_class AS c ON c.oid = now.oid
    CROSS JOIN LATERAL (
      (SELECT had.property FROM unnest(t.properties) AS had (property)
      EXCEPT
      SELECT has.property FROM archive.table_properties(now.oid) AS has (property))
      UNION ALL
      SELECT 'ORDINARY TABLE' WHERE c.relkind <> 'r'
      UNION ALL
      SELECT 'NO INHERITANCE' WHERE EXISTS (SELECT FROM pg_catalog.pg_inherits AS under WHERE under.inhparent = c.oid)
      UNION ALL
      SELECT 'OWNER archive_owner' WHERE pg_get_userbyid(c.relowner) <> 'archive_owner'
        AND c.relowner IS DISTINCT FROM (SELECT a.relowner FROM pg_catalog.pg_class a
          WHERE a.oid = to_regclass(format('%I.%I', p.archive_schema, p.archive_table)))
      UNION ALL
      SELECT format('the name %I in the archive', p.archive_table || to_char(bin.month, '_YYYY_MM'))
      WHERE t.partition_name <> p.archive_table || to_char(bin.month, '_YYYY_MM')
    ) AS wanted
    WHERE t.bin_id = ?::uuid AND t.position = ?

-- name: bins
-- What waits in the bin or is on its way there, and what is there though its entry says that it is gone; with the
-- tables, each once a column that the digest covers. Who may not read a month that is on its way may so again in the bin.
SELECT bin.bin_id::text AS id, to_char(bin.month, 'YYYY-MM-DD') AS month, t.position, now.schema_name, now.table_name,
  content.column_name
FROM archive.bin AS bin
JOIN archive.bin_tables AS t ON t.bin_id = bin.bin_id
JOIN archive.policy_tables AS p ON p.policy = bin.policy AND p.position = t.position
CROSS JOIN LATERAL (
  SELECT to_regclass(format('archive_bin.%I', t.table_name)) IS NOT NULL AS in_bin,
    CASE WHEN bin.state = 'detaching' THEN archive.bin_place(bin.bin_id, t.position) END AS place,
    to_regclass(format('%I.%I', p.archive_schema, t.partition_name)) AS leaving
) AS found
CROSS JOIN LATERAL (
  SELECT CASE WHEN found.place IN ('detached', 'pending') THEN p.archive_schema ELSE 'archive_bin' END AS schema_name,
    CASE WHEN found.place IN ('detached', 'pending') THEN t.partition_name ELSE t.table_name END AS table_name
) AS now
LEFT JOIN LATERAL unnest(t.content) WITH ORDINALITY AS content (column_name, number) ON true
WHERE bin.policy = ? AND bin.bin_id = coalesce(?::uuid, bin.bin_id)
  AND (bin.state = 'binned' OR found.in_bin OR found.place = 'nowhere'
    OR found.place IN ('detached', 'pending') AND has_table_privilege(found.leaving, 'SELECT'))
ORDER BY bin.month, bin.binned_at, bin.bin_id, t.position, content.number

-- name: known_months
-- Every month of which anything is known, and every month for which there is a partition.
SELECT months.month::text AS month
FROM (
  SELECT ledger.month FROM archive.ledger AS ledger WHERE ledger.policy = ?
  UNION
  SELECT entry.month FROM archive.batches AS entry WHERE entry.policy = ? AND /* {journal_scope} */
  UNION
  SELECT generate_series(date_trunc('month', held.first_day), held.end_day - interval '1 microsecond', interval '1 month')::date
  FROM /* {partitions} */
  WHERE held.is_a_month
) AS months
ORDER BY months.month

-- name: months_of_data
SELECT DISTINCT months.month::text AS month
FROM (
  SELECT /* {month} */ AS month FROM "{archive}" AS kept
) AS months

-- name: ownerless
WITH ledger AS (
  SELECT entry.policy, entry.month, sum(entry.rows) AS rows FROM archive.ledger AS entry GROUP BY entry.policy, entry.month
),
journal AS (
  SELECT entry.policy, entry.month, sum(entry.rows) AS rows
  FROM archive.batches AS entry
  WHERE entry.bin_id IS NULL
  GROUP BY entry.policy, entry.month
)
SELECT policy, count(*) AS months, sum(coalesce(ledger.rows, journal.rows))::bigint AS rows
FROM ledger
FULL JOIN journal USING (policy, month)
WHERE (ledger.rows <> 0 OR journal.rows <> 0)
  AND NOT EXISTS (SELECT FROM archive.policies AS known WHERE known.name = policy)
GROUP BY policy
ORDER BY policy

-- name: summary
SELECT jsonb_build_object(
  'policy', ?::text,
  'ok', coalesce(bool_and((month ->> 'ok')::boolean), true),
  'rows', coalesce(sum((month ->> 'rows')::bigint) FILTER (WHERE month -> 'bin' IS NULL), 0),
  'months', coalesce(jsonb_agg(month ORDER BY position), '[]'))::text
FROM jsonb_array_elements(?::jsonb) WITH ORDINALITY AS months (month, position)

-- name: strangers
-- Relations in the bin's schema that no entry has there.
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'archive_bin' AND c.relkind NOT IN ('i', 'I', 'S', 't', 'c')
  AND NOT EXISTS (
    SELECT FROM archive.bin_tables AS t JOIN archive.bin AS entry ON entry.bin_id = t.bin_id
    WHERE t.table_name = c.relname AND entry.state IN ('detaching', 'binned'))
ORDER BY c.relname

-- name: partitions
-- With the time that their bounds hold, in UTC, where these are two times; of no other table's, whose may be anything.
  (
    SELECT cn.nspname AS schema, child.relname AS table,
      -- an archive that was replaced may be partitioned by texts that look like times
      CASE WHEN EXISTS (
        SELECT
        FROM pg_catalog.pg_partitioned_table key
        JOIN pg_catalog.pg_attribute a ON a.attrelid = key.partrelid AND a.attnum = key.partattrs[0]
        WHERE key.partrelid = parent.oid AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
      ) THEN pg_catalog.regexp_match(pg_catalog.pg_get_expr(child.relpartbound, child.oid),
        'FROM [(]''([0-9]{4}-[^'']+)''[)] TO [(]''([0-9]{4}-[^'']+)''[)]$') END AS bounds
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
    JOIN pg_catalog.pg_namespace cn ON cn.oid = child.relnamespace
    JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
    JOIN pg_catalog.pg_namespace n ON n.oid = parent.relnamespace
    WHERE n.nspname = ? AND parent.relname = ?
    OFFSET 0
  ) AS partition
  CROSS JOIN LATERAL (
    SELECT bounds[1]::timestamptz AT TIME ZONE 'UTC' AS first_day, bounds[2]::timestamptz AT TIME ZONE 'UTC' AS end_day
  ) AS given
  CROSS JOIN LATERAL (
    SELECT given.*, coalesce(given.end_day <= given.first_day + interval '1 month', false) AS is_a_month
  ) AS held

-- name: unbounded
-- Partitions whose bounds do not say which month they hold: Archivist makes none of these.
SELECT partition.schema, partition.table
FROM /* {partitions} */
WHERE NOT held.is_a_month

-- name: unreadable
SELECT (jsonb_strip_nulls(jsonb_build_object('table', ?::text))
  || jsonb_build_object('bin', ?::text, 'month', left(?::text, 7), 'ok', false, 'rows', 0, 'error', ?::text))::text AS document

-- name: month
-- Ledger, journal and data in one snapshot: batches that are committed meanwhile are in all three or in none.
WITH data AS MATERIALIZED (
  SELECT /* {month} */ AS month,
    kept.archive_batch_id AS batch,
    count(*) AS rows,
    sum("{samples}") AS source_rows,
    coalesce(sum("{bytes}"), 0) AS bytes,
    min(kept."{time}") AS oldest,
    max(kept."{time}") AS newest,
    min(kept.archived_at) AS first_archived,
    max(kept.archived_at) AS last_archived,
    count(kept.archived_at) AS stamped,
    sum("{digest_a}") AS digest_a,
    sum("{digest_b}") AS digest_b
  FROM "{archive}" AS kept
  WHERE "{data_within}"
  GROUP BY 1, 2
),
live_too AS MATERIALIZED (
  /* {live_too} */
),
journal AS MATERIALIZED (
  SELECT entry.month, entry.origin AS batch,
    sum(entry.rows) AS rows, sum(entry.source_rows) AS source_rows,
    sum(entry.bytes) AS bytes, sum(entry.source_bytes) AS source_bytes,
    min(entry.oldest) AS oldest, max(entry.newest) AS newest,
    sum(entry.digest_a) AS digest_a, sum(entry.digest_b) AS digest_b,
    bool_or(entry.batch_id <> entry.origin) AS restored,
    bool_or(entry.bin_id IS NOT NULL AND NOT EXISTS (SELECT FROM archive.bin AS known
      WHERE known.bin_id = entry.bin_id AND known.policy = entry.policy AND known.state <> 'restored')) AS misplaced,
    min(entry.archived_at) FILTER (WHERE entry.batch_id = entry.origin) AS archived_at,
    min(entry.job_id::text) FILTER (WHERE entry.batch_id = entry.origin) AS job
  FROM archive.batches AS entry
  WHERE entry.policy = ? AND entry.position = ? AND "{entry_within}"
    AND /* {journal_scope} */
  GROUP BY 1, 2
),
ledger AS MATERIALIZED (
  SELECT month, sum(rows) AS rows, sum(source_rows) AS source_rows, sum(bytes) AS bytes,
    min(oldest) AS oldest, max(newest) AS newest, sum(digest_a) AS digest_a, sum(digest_b) AS digest_b
  FROM (
    /* {ledger_scope} */
  ) AS entries
  GROUP BY month
),
differing AS (
  SELECT coalesce(journal.month, data.month) AS month,
    jsonb_build_object(
      'batch', coalesce(journal.batch, data.batch),
      'job', journal.job,
      'problem', CASE WHEN journal.batch IS NULL THEN 'unknown' WHEN data.batch IS NULL THEN 'missing' ELSE 'different' END,
      'journal', CASE WHEN journal.batch IS NOT NULL THEN jsonb_build_object('rows', journal.rows,
        'bytes', journal.bytes, 'digest', journal.digest_a || ':' || journal.digest_b) END,
      'data', CASE WHEN data.rows IS NOT NULL THEN jsonb_build_object('rows', data.rows,
        'bytes', data.bytes, 'digest', data.digest_a || ':' || data.digest_b) END) AS batch
  FROM journal
  FULL JOIN data ON data.month = journal.month AND data.batch = journal.batch
  WHERE "{differs}"
),
of_months AS (
  SELECT months.month,
    data.rows AS data_rows, data.source_rows AS data_source_rows, data.bytes AS data_bytes,
    data.oldest AS data_oldest, data.newest AS data_newest, data.digest_a AS data_a, data.digest_b AS data_b,
    journal.rows AS journal_rows, journal.source_rows AS journal_source_rows, journal.bytes AS journal_bytes,
    journal.digest_a AS journal_a, journal.digest_b AS journal_b,
    ledger.rows AS ledger_rows, ledger.source_rows AS ledger_source_rows, ledger.bytes AS ledger_bytes,
    ledger.oldest AS ledger_oldest, ledger.newest AS ledger_newest,
    ledger.digest_a AS ledger_a, ledger.digest_b AS ledger_b,
    (SELECT live_too.rows FROM live_too WHERE live_too.month = months.month) AS live_too,
    (SELECT jsonb_agg(differing.batch ORDER BY differing.batch) FROM differing
      WHERE differing.month = months.month) AS batches
  FROM (SELECT month FROM data UNION SELECT month FROM journal UNION SELECT month FROM ledger) AS months
  LEFT JOIN ledger ON ledger.month = months.month
  LEFT JOIN (
    SELECT month, sum(rows) AS rows, sum(source_rows) AS source_rows, sum(bytes) AS bytes, min(oldest) AS oldest,
      max(newest) AS newest, sum(digest_a) AS digest_a, sum(digest_b) AS digest_b
    FROM data GROUP BY month
  ) AS data ON data.month = months.month
  LEFT JOIN (
    SELECT month, sum(rows) AS rows, sum(source_rows) AS source_rows, sum(bytes) AS bytes,
      sum(digest_a) AS digest_a, sum(digest_b) AS digest_b
    FROM journal GROUP BY month
  ) AS journal ON journal.month = months.month
),
changed AS (
  /* {columns} */
),
lost AS (
  SELECT jsonb_agg(gone.property ORDER BY gone.property) AS properties
  FROM (
    /* {lost} */
  ) AS gone
),
compared AS (
  SELECT of_months.*, changed.columns, lost.properties AS lost,
    batches IS NULL AND live_too IS NULL AND changed.columns IS NULL AND lost.properties IS NULL
    AND (coalesce(ledger_rows, 0), coalesce(ledger_source_rows, 0), coalesce(ledger_bytes, 0),
        coalesce(ledger_a, 0), coalesce(ledger_b, 0))
      = (coalesce(data_rows, 0), coalesce(data_source_rows, 0), coalesce(data_bytes, 0),
        coalesce(data_a, 0), coalesce(data_b, 0))
    AND (coalesce(ledger_rows, 0), coalesce(ledger_source_rows, 0), coalesce(ledger_bytes, 0),
        coalesce(ledger_a, 0), coalesce(ledger_b, 0))
      = (coalesce(journal_rows, 0), coalesce(journal_source_rows, 0), coalesce(journal_bytes, 0),
        coalesce(journal_a, 0), coalesce(journal_b, 0))
    AND (data_rows IS NULL OR (ledger_oldest, ledger_newest) IS NOT DISTINCT FROM (data_oldest, data_newest)) AS ok
  FROM of_months, changed, lost
)
SELECT ("{table}" || jsonb_build_object('month', CASE WHEN month < '0001-01-01' THEN to_char(month, 'YYYY-MM BC') ELSE coalesce(to_char(month, 'YYYY-MM'), month::text) END, 'ok', ok,
    'rows', coalesce(data_rows, 0))
  || CASE WHEN ok THEN '{}'::jsonb ELSE jsonb_build_object(
    'ledger', CASE WHEN ledger_rows IS NOT NULL THEN jsonb_build_object('rows', ledger_rows, 'bytes', ledger_bytes,
      'source_rows', ledger_source_rows, 'oldest', ledger_oldest, 'newest', ledger_newest,
      'digest', ledger_a || ':' || ledger_b) END,
    'journal', CASE WHEN journal_rows IS NOT NULL THEN jsonb_build_object('rows', journal_rows,
      'bytes', journal_bytes, 'source_rows', journal_source_rows, 'digest', journal_a || ':' || journal_b) END,
    'data', CASE WHEN data_rows IS NOT NULL THEN jsonb_build_object('rows', data_rows, 'bytes', data_bytes,
      'source_rows', data_source_rows, 'oldest', data_oldest, 'newest', data_newest,
      'digest', data_a || ':' || data_b) END,
    'batches', coalesce(batches, '[]'))
    || CASE WHEN live_too IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('live_too', live_too) END
    || CASE WHEN columns IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('columns', columns) END
    || CASE WHEN lost IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('lost', lost) END END)::text AS document,
  ok
FROM compared
ORDER BY month

-- name: live_too
-- Rows whose key and time a live row has, too: as where other tools copied the live table while a batch moved them.
SELECT /* {month} */ AS month, count(*) AS rows
  FROM "{archive}" AS kept
  WHERE "{data_within}" AND EXISTS (SELECT FROM "{source}" AS live WHERE "{same_key}")
  GROUP BY 1

-- name: live_unknown
SELECT NULL::date AS month, NULL::bigint AS rows WHERE false

-- name: may_look_for_live
SELECT coalesce(has_table_privilege(c.oid, 'SELECT') AND c.relkind IN ('r', 'p'), false)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ? AND c.relname = ?

-- name: table_of_family
jsonb_build_object('table', ?::text)

-- name: only_table
'{}'::jsonb

-- name: table_of_family_in_bin
jsonb_build_object('table', ?::text, 'bin', ?::text)

-- name: in_bin
jsonb_build_object('bin', ?::text)
