-- Ledger, journal and data in one snapshot: batches that are committed meanwhile are in all three or in none.
WITH data AS MATERIALIZED (
  SELECT coalesce((date_trunc('month', kept.{time}, 'UTC') AT TIME ZONE 'UTC')::date, 'infinity') AS month,
    kept.archive_batch_id AS batch,
    count(*) AS rows,
    sum({samples}) AS source_rows,
    coalesce(sum({bytes}), 0) AS bytes,
    min(kept.{time}) AS oldest,
    max(kept.{time}) AS newest,
    min(kept.archived_at) AS first_archived,
    max(kept.archived_at) AS last_archived,
    sum({digest_a}) AS digest_a,
    sum({digest_b}) AS digest_b
  FROM {archive} AS kept
  WHERE {data_within}
  GROUP BY 1, 2
),
journal AS MATERIALIZED (
  SELECT entry.month, entry.origin AS batch,
    sum(entry.rows) AS rows, sum(entry.source_rows) AS source_rows,
    sum(entry.bytes) AS bytes, sum(entry.source_bytes) AS source_bytes,
    min(entry.oldest) AS oldest, max(entry.newest) AS newest,
    sum(entry.digest_a) AS digest_a, sum(entry.digest_b) AS digest_b,
    bool_or(entry.batch_id <> entry.origin) AS restored,
    min(entry.archived_at) FILTER (WHERE entry.batch_id = entry.origin) AS archived_at,
    min(entry.job_id::text) FILTER (WHERE entry.batch_id = entry.origin) AS job
  FROM archive.batches AS entry
  WHERE entry.policy = ? AND {entry_within}
    AND (entry.bin_id IS NULL OR entry.bin_id IN (SELECT leaving.bin_id FROM archive.bin AS leaving
      WHERE leaving.state = 'detaching' AND archive.bin_place(leaving.bin_id) = 'attached'))
  GROUP BY 1, 2
),
ledger AS MATERIALIZED (
  SELECT month, sum(rows) AS rows, sum(source_rows) AS source_rows, sum(bytes) AS bytes,
    min(oldest) AS oldest, max(newest) AS newest, sum(digest_a) AS digest_a, sum(digest_b) AS digest_b
  FROM (
    SELECT entry.month, entry.rows, entry.source_rows, entry.bytes, entry.oldest, entry.newest,
      entry.digest_a, entry.digest_b
    FROM archive.ledger AS entry
    WHERE entry.policy = ? AND {entry_within}
    UNION ALL
    -- a purge has put down that the month leaves, but it is here still
    SELECT entry.month, entry.rows, entry.source_rows, entry.bytes, entry.oldest, entry.newest,
      entry.digest_a, entry.digest_b
    FROM archive.bin AS entry
    WHERE entry.policy = ? AND {entry_within}
      AND entry.state = 'detaching' AND archive.bin_place(entry.bin_id) = 'attached'
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
  WHERE {differs}
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
compared AS (
  SELECT of_months.*,
    batches IS NULL
    AND (coalesce(ledger_rows, 0), coalesce(ledger_source_rows, 0), coalesce(ledger_bytes, 0),
        coalesce(ledger_a, 0), coalesce(ledger_b, 0))
      = (coalesce(data_rows, 0), coalesce(data_source_rows, 0), coalesce(data_bytes, 0),
        coalesce(data_a, 0), coalesce(data_b, 0))
    AND (coalesce(ledger_rows, 0), coalesce(ledger_source_rows, 0), coalesce(ledger_bytes, 0),
        coalesce(ledger_a, 0), coalesce(ledger_b, 0))
      = (coalesce(journal_rows, 0), coalesce(journal_source_rows, 0), coalesce(journal_bytes, 0),
        coalesce(journal_a, 0), coalesce(journal_b, 0))
    AND (data_rows IS NULL OR (ledger_oldest, ledger_newest) = (data_oldest, data_newest)) AS ok
  FROM of_months
)
SELECT (jsonb_build_object('month', coalesce(to_char(month, 'YYYY-MM'), month::text), 'ok', ok,
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
    'batches', coalesce(batches, '[]')) END)::text AS document,
  ok
FROM compared
ORDER BY month
