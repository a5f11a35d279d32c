CREATE OR REPLACE VIEW "${app_schema}".v_reports_all WITH (security_invoker = true) AS
SELECT id, scenario_id, format, file_path, file_size_bytes, generated_by, extra_data, created_at,
  NULL::timestamptz AS archived_at, NULL::varchar(1000) AS s3_location, false AS deleted_locally,
  false AS is_archived
FROM "${app_schema}".reports
UNION ALL
SELECT id, scenario_id, format, file_path, file_size_bytes, generated_by, extra_data, created_at,
  archived_at, s3_location, deleted_locally, true AS is_archived
FROM "${app_schema}".reports_archive;
ALTER VIEW "${app_schema}".v_reports_all OWNER TO archive_owner;
GRANT SELECT ON "${app_schema}".v_reports_all TO archive_operator, archive_reader;
COMMENT ON VIEW "${app_schema}".v_reports_all IS 'Every report, with its file here or its object in the store';
