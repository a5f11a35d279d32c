-- Archive tables, partitioned by month in UTC on the plain time column. There is no DEFAULT
-- partition: it would forbid DETACH CONCURRENTLY and turn every attach into a scan of it.
CREATE TABLE "${app_schema}".scenario_logs_archive (
  id uuid NOT NULL,
  scenario_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  message_hash varchar(64) NOT NULL,
  message_preview varchar(500),
  source varchar(100) NOT NULL,
  size_bytes integer NOT NULL,
  has_pii boolean NOT NULL,
  token_count integer NOT NULL,
  sqs_blocks integer NOT NULL,
  archived_at timestamptz NOT NULL DEFAULT now(),
  archive_batch_id uuid,
  PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX ix_scenario_logs_archive_scenario_received
  ON "${app_schema}".scenario_logs_archive (scenario_id, received_at DESC);
COMMENT ON TABLE "${app_schema}".scenario_logs_archive IS
  'Rows of scenario_logs older than the policy "logs" allows, unchanged, one partition a month (UTC)';

CREATE TABLE "${app_schema}".scenario_metrics_archive (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  scenario_id uuid NOT NULL,
  timestamp timestamptz NOT NULL,
  metric_type varchar(50) NOT NULL,
  metric_name varchar(100) NOT NULL,
  value numeric(15, 6) NOT NULL,
  unit varchar(20) NOT NULL,
  extra_data jsonb DEFAULT '{}',
  archived_at timestamptz NOT NULL DEFAULT now(),
  archive_batch_id uuid,
  is_aggregated boolean NOT NULL DEFAULT false,
  aggregation_period varchar(20),
  sample_count integer,
  value_sum numeric,
  value_min numeric(15, 6),
  value_max numeric(15, 6),
  PRIMARY KEY (id, timestamp),
  CONSTRAINT scenario_metrics_archive_daily_is_complete CHECK (
    NOT is_aggregated
    OR (aggregation_period IS NOT NULL AND sample_count > 0
      AND value_sum IS NOT NULL AND value_min IS NOT NULL AND value_max IS NOT NULL)
  )
) PARTITION BY RANGE (timestamp);
-- One row per series and day: late samples merge into it. The scenario comes first, so the same
-- index answers the unified view's lookups.
CREATE UNIQUE INDEX ux_scenario_metrics_archive_daily
  ON "${app_schema}".scenario_metrics_archive (scenario_id, metric_type, metric_name, unit, timestamp)
  WHERE is_aggregated;
CREATE INDEX ix_scenario_metrics_archive_scenario_ts
  ON "${app_schema}".scenario_metrics_archive (scenario_id, timestamp);
COMMENT ON TABLE "${app_schema}".scenario_metrics_archive IS
  'Daily values (UTC days) of samples older than the policy "metrics" allows; the samples are gone, their sum, count, minimum and maximum are exact';
COMMENT ON COLUMN "${app_schema}".scenario_metrics_archive.value IS
  'value_sum / sample_count, rounded to six decimals';
COMMENT ON COLUMN "${app_schema}".scenario_metrics_archive.value_sum IS
  'exact sum of the samples, so that late samples merge exactly';

CREATE TABLE "${app_schema}".reports_archive (
  id uuid PRIMARY KEY,
  scenario_id uuid NOT NULL,
  format varchar(10) NOT NULL,
  file_path varchar(500) NOT NULL,
  file_size_bytes integer,
  generated_by varchar(100),
  extra_data jsonb DEFAULT '{}',
  created_at timestamptz NOT NULL,
  archived_at timestamptz NOT NULL DEFAULT now(),
  s3_location varchar(1000) NOT NULL,
  deleted_locally boolean NOT NULL DEFAULT false,
  archive_batch_id uuid,
  content_bytes bigint NOT NULL CHECK (content_bytes > 0),
  content_sha256 char(64) NOT NULL,
  object_bytes bigint NOT NULL CHECK (object_bytes > 0),
  object_sha256 char(64) NOT NULL
);
CREATE INDEX ix_reports_archive_scenario ON "${app_schema}".reports_archive (scenario_id, created_at DESC);
CREATE INDEX ix_reports_archive_to_delete ON "${app_schema}".reports_archive (id) WHERE NOT deleted_locally;
COMMENT ON TABLE "${app_schema}".reports_archive IS
  'Metadata of reports whose files are in the object store, compressed';
COMMENT ON COLUMN "${app_schema}".reports_archive.s3_location IS
  'where the object is: s3://bucket/key, or file:///path for the directory store';
COMMENT ON COLUMN "${app_schema}".reports_archive.content_sha256 IS
  'SHA-256 of the original file, hexadecimal';
COMMENT ON COLUMN "${app_schema}".reports_archive.object_sha256 IS
  'SHA-256 of the compressed object, hexadecimal';
COMMENT ON COLUMN "${app_schema}".reports_archive.deleted_locally IS
  'true once the local file was deleted, which happens only after this row was committed';

ALTER TABLE "${app_schema}".scenario_logs_archive OWNER TO archive_owner;
ALTER TABLE "${app_schema}".scenario_metrics_archive OWNER TO archive_owner;
ALTER TABLE "${app_schema}".reports_archive OWNER TO archive_owner;

GRANT SELECT, INSERT ON "${app_schema}".scenario_logs_archive TO archive_operator;
GRANT SELECT, INSERT, UPDATE ON "${app_schema}".scenario_metrics_archive TO archive_operator;
GRANT SELECT, INSERT, UPDATE (deleted_locally) ON "${app_schema}".reports_archive TO archive_operator;
GRANT SELECT ON "${app_schema}".scenario_logs_archive, "${app_schema}".scenario_metrics_archive,
  "${app_schema}".reports_archive TO archive_reader;
