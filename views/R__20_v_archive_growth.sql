CREATE OR REPLACE VIEW "${app_schema}".v_archive_growth WITH (security_invoker = true) AS
SELECT (date_trunc('month', archived_at, 'UTC') AT TIME ZONE 'UTC')::date AS archive_month,
  policy AS archive_type,
  sum(rows)::bigint AS records_archived,
  sum(bytes)::bigint AS bytes_archived
FROM archive.batches
GROUP BY 1, 2;
ALTER VIEW "${app_schema}".v_archive_growth OWNER TO archive_engine;
GRANT SELECT ON "${app_schema}".v_archive_growth TO archive_owner;
GRANT SELECT ON "${app_schema}".v_archive_growth TO archive_operator, archive_reader;
COMMENT ON VIEW "${app_schema}".v_archive_growth IS
  'What the archive gained in each month of archiving (UTC), by policy';
