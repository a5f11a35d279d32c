WITH data AS (
  SELECT (date_trunc('month', kept.{time}, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    count(*) AS rows,
    sum({bytes})::bigint AS bytes,
    min(kept.{time}) AS oldest,
    max(kept.{time}) AS newest,
    sum({digest_a}) AS digest_a,
    sum({digest_b}) AS digest_b
  FROM {archive} AS kept
  GROUP BY 1
),
compared AS (
  SELECT coalesce(ledger.month, data.month) AS month,
    coalesce((ledger.rows, ledger.bytes, ledger.digest_a, ledger.digest_b)
      = (data.rows, data.bytes, data.digest_a, data.digest_b), false) AS ok,
    ledger.rows AS ledger_rows, ledger.bytes AS ledger_bytes,
    ledger.digest_a AS ledger_a, ledger.digest_b AS ledger_b,
    data.rows AS data_rows, data.bytes AS data_bytes, data.digest_a AS data_a, data.digest_b AS data_b
  FROM (SELECT * FROM archive.ledger WHERE policy = ? AND rows > 0) AS ledger
  FULL JOIN data ON data.month = ledger.month
)
SELECT jsonb_build_object(
  'policy', ?::text,
  'ok', coalesce(bool_and(ok), true),
  'rows', coalesce(sum(data_rows), 0),
  'months', coalesce(jsonb_agg(
    jsonb_build_object('month', to_char(month, 'YYYY-MM'), 'ok', ok, 'rows', data_rows)
    || CASE WHEN ok THEN '{}'::jsonb ELSE jsonb_build_object(
        'ledger', jsonb_build_object('rows', ledger_rows, 'bytes', ledger_bytes,
          'digest', ledger_a || ':' || ledger_b),
        'data', jsonb_build_object('rows', data_rows, 'bytes', data_bytes,
          'digest', data_a || ':' || data_b)) END
    ORDER BY month), '[]'))::text
FROM compared
