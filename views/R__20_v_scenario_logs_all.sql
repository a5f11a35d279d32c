CREATE OR REPLACE VIEW "${app_schema}".v_scenario_logs_all WITH (security_invoker = true) AS
SELECT id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,
  token_count, sqs_blocks, NULL::timestamptz AS archived_at, false AS is_archived
FROM "${app_schema}".scenario_logs
UNION ALL
SELECT id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,
  token_count, sqs_blocks, archived_at, true AS is_archived
FROM "${app_schema}".scenario_logs_archive;
ALTER VIEW "${app_schema}".v_scenario_logs_all OWNER TO archive_owner;
GRANT SELECT ON "${app_schema}".v_scenario_logs_all TO archive_operator, archive_reader;
COMMENT ON VIEW "${app_schema}".v_scenario_logs_all IS 'Every log row, live or archived, exactly once';
