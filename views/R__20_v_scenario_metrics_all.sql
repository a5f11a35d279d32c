CREATE OR REPLACE VIEW "${app_schema}".v_scenario_metrics_all WITH (security_invoker = true) AS
SELECT id, scenario_id, timestamp, metric_type, metric_name, value, unit, extra_data,
  NULL::timestamptz AS archived_at, false AS is_aggregated, false AS is_archived,
  1 AS sample_count, value::numeric AS value_sum, value AS value_min, value AS value_max
FROM "${app_schema}".scenario_metrics
UNION ALL
SELECT id, scenario_id, timestamp, metric_type, metric_name, value, unit, extra_data,
  archived_at, is_aggregated, true AS is_archived,
  sample_count, value_sum, value_min, value_max
FROM "${app_schema}".scenario_metrics_archive;
ALTER VIEW "${app_schema}".v_scenario_metrics_all OWNER TO archive_owner;
GRANT SELECT ON "${app_schema}".v_scenario_metrics_all TO archive_operator, archive_reader;
COMMENT ON VIEW "${app_schema}".v_scenario_metrics_all IS
  'Live samples and archived daily values (timestamp = start of the UTC day); sample_count weighs them together';
