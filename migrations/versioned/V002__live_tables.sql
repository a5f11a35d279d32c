-- The live tables belong to the application. Each is made, with its indexes, only where it is
-- missing, so that an empty database can be tried; a table that is there is never altered.
DO $$
BEGIN
  IF to_regclass('"${app_schema}".scenario_logs') IS NULL THEN
    CREATE TABLE "${app_schema}".scenario_logs (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      scenario_id uuid NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now(),
      message_hash varchar(64) NOT NULL,
      message_preview varchar(500),
      source varchar(100) NOT NULL,
      size_bytes integer NOT NULL,
      has_pii boolean NOT NULL,
      token_count integer NOT NULL,
      sqs_blocks integer NOT NULL
    );
    CREATE INDEX ix_scenario_logs_scenario_received
      ON "${app_schema}".scenario_logs (scenario_id, received_at DESC);
    CREATE INDEX ix_scenario_logs_received ON "${app_schema}".scenario_logs (received_at);
  END IF;

  IF to_regclass('"${app_schema}".scenario_metrics') IS NULL THEN
    CREATE TABLE "${app_schema}".scenario_metrics (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      scenario_id uuid NOT NULL,
      timestamp timestamptz NOT NULL,
      metric_type varchar(50) NOT NULL,
      metric_name varchar(100) NOT NULL,
      value numeric(15, 6) NOT NULL,
      unit varchar(20) NOT NULL,
      extra_data jsonb DEFAULT '{}'
    );
    CREATE INDEX ix_scenario_metrics_scenario_ts
      ON "${app_schema}".scenario_metrics (scenario_id, timestamp);
  END IF;

  IF to_regclass('"${app_schema}".reports') IS NULL THEN
    CREATE TABLE "${app_schema}".reports (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      scenario_id uuid NOT NULL,
      format varchar(10) NOT NULL,
      file_path varchar(500) NOT NULL,
      file_size_bytes integer,
      generated_by varchar(100),
      extra_data jsonb DEFAULT '{}',
      created_at timestamptz NOT NULL DEFAULT now()
    );
  END IF;
END
$$;

GRANT SELECT, DELETE
  ON "${app_schema}".scenario_logs, "${app_schema}".scenario_metrics, "${app_schema}".reports
  TO archive_owner, archive_operator;
GRANT SELECT
  ON "${app_schema}".scenario_logs, "${app_schema}".scenario_metrics, "${app_schema}".reports
  TO archive_reader;
