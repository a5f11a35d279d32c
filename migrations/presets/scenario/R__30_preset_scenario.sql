-- The preset "scenario": policies and archive tables for the live tables of one application.
-- archivist migrate installs it where these tables are, or where --preset scenario asks for it. What is
-- there already is left as it is, so it may run again.

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
-- To lock a row takes the right to change one of its columns: so rows that others have locked are passed by.
GRANT UPDATE (received_at) ON "${app_schema}".scenario_logs TO archive_owner, archive_operator;
GRANT UPDATE (timestamp) ON "${app_schema}".scenario_metrics TO archive_owner, archive_operator;
-- Only a restore puts rows back, and only a member of archive_owner restores: what an operator may take
-- out of the archive, an operator may lose.
GRANT INSERT
  ON "${app_schema}".scenario_logs, "${app_schema}".scenario_metrics, "${app_schema}".reports
  TO archive_owner;

-- Archive tables, partitioned by month in UTC on the plain time column. There is no DEFAULT
-- partition: it would forbid DETACH CONCURRENTLY and turn every attach into a scan of it.
CREATE TABLE IF NOT EXISTS "${app_schema}".scenario_logs_archive (
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
CREATE INDEX IF NOT EXISTS ix_scenario_logs_archive_scenario_received
  ON "${app_schema}".scenario_logs_archive (scenario_id, received_at DESC);
COMMENT ON TABLE "${app_schema}".scenario_logs_archive IS
  'Rows of scenario_logs older than the policy "logs" allows, unchanged, one partition a month (UTC)';

CREATE TABLE IF NOT EXISTS "${app_schema}".scenario_metrics_archive (
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
  nan_count integer,
  infinity_count integer,
  minus_infinity_count integer,
  PRIMARY KEY (id, timestamp),
  CONSTRAINT scenario_metrics_archive_daily_is_complete CHECK (
    NOT is_aggregated
    OR (aggregation_period IS NOT NULL AND sample_count > 0
      AND value_sum IS NOT NULL AND (value_min IS NULL) = (value_max IS NULL))
  )
) PARTITION BY RANGE (timestamp);
-- One row per series and period: late samples merge into it. The scenario comes first, so the same
-- index answers the unified view's lookups.
CREATE UNIQUE INDEX IF NOT EXISTS ux_scenario_metrics_archive_daily
  ON "${app_schema}".scenario_metrics_archive (scenario_id, metric_type, metric_name, unit, timestamp)
  WHERE is_aggregated;
CREATE INDEX IF NOT EXISTS ix_scenario_metrics_archive_scenario_ts
  ON "${app_schema}".scenario_metrics_archive (scenario_id, timestamp);
COMMENT ON TABLE "${app_schema}".scenario_metrics_archive IS
  'Daily values (UTC days) of samples older than the policy "metrics" allows; the samples are gone, their sum, count, minimum and maximum are exact';
COMMENT ON COLUMN "${app_schema}".scenario_metrics_archive.value IS
  'value_sum by the number of finite samples, rounded to six decimals; NaN where there is none';
COMMENT ON COLUMN "${app_schema}".scenario_metrics_archive.value_sum IS
  'exact sum of the finite samples, so that late samples merge exactly';
COMMENT ON COLUMN "${app_schema}".scenario_metrics_archive.nan_count IS
  'samples that are NaN: in sample_count, and in no other value; null where there are none';

CREATE TABLE IF NOT EXISTS "${app_schema}".reports_archive (
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
  object_sha256 char(64) NOT NULL,
  file_rights text,
  object_expires_at timestamptz
);
CREATE INDEX IF NOT EXISTS ix_reports_archive_scenario ON "${app_schema}".reports_archive (scenario_id, created_at DESC);
CREATE INDEX IF NOT EXISTS ix_reports_archive_to_delete ON "${app_schema}".reports_archive (id) WHERE NOT deleted_locally;
COMMENT ON TABLE "${app_schema}".reports_archive IS
  'Metadata of reports whose files are in the object store, compressed';
COMMENT ON COLUMN "${app_schema}".reports_archive.s3_location IS
  'where the object is: s3://bucket/key, or file:///path for the directory store';
COMMENT ON COLUMN "${app_schema}".reports_archive.content_sha256 IS
  'SHA-256 of the original file, hexadecimal';
COMMENT ON COLUMN "${app_schema}".reports_archive.object_sha256 IS
  'SHA-256 of the compressed object, hexadecimal';
COMMENT ON COLUMN "${app_schema}".reports_archive.file_rights IS
  'permissions and group of the original file, as rw-r----- staff; null where the file system has none';
COMMENT ON COLUMN "${app_schema}".reports_archive.deleted_locally IS
  'true once the local file was deleted, which happens only after this row was committed';

COMMENT ON COLUMN "${app_schema}".reports_archive.object_expires_at IS
  'when the object was released for deletion, because the report is past the policy''s object_keep_for; null while it is kept';

-- A table that was there and is another's becomes an archive with its rows and months, but not with what others hung on
-- it; the rights of others on it end with this file.
DO $$
DECLARE
  archive_table regclass;
  additions text;
  month regclass;
BEGIN
  FOREACH archive_table IN ARRAY ARRAY['"${app_schema}".scenario_logs_archive'::regclass,
    '"${app_schema}".scenario_metrics_archive'::regclass, '"${app_schema}".reports_archive'::regclass]
  LOOP
    CONTINUE WHEN (SELECT c.relowner = 'archive_owner'::regrole FROM pg_class c WHERE c.oid = archive_table);
    WITH RECURSIVE part (oid) AS (
      SELECT archive_table::oid
      UNION
      SELECT i.inhrelid FROM part JOIN pg_inherits i ON i.inhparent = part.oid
    )
    SELECT string_agg(found.name, ', ' ORDER BY found.name) INTO additions
    FROM (
      SELECT format('trigger %I on %s', t.tgname, t.tgrelid::regclass) FROM part JOIN pg_trigger t ON t.tgrelid = part.oid WHERE NOT t.tgisinternal
      UNION ALL
      SELECT format('rule %I on %s', r.rulename, r.ev_class::regclass) FROM part JOIN pg_rewrite r ON r.ev_class = part.oid
      UNION ALL
      SELECT format('policy %I on %s', p.polname, p.polrelid::regclass) FROM part JOIN pg_policy p ON p.polrelid = part.oid
      UNION ALL
      SELECT format('its parent %s', i.inhparent::regclass) FROM pg_inherits i WHERE i.inhrelid = archive_table
    ) AS found (name);
    IF additions IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA004',
        MESSAGE = format('table %s is there already, and not as the preset makes it: %s', archive_table, additions),
        HINT = 'Nothing was made. Drop what was added, or rename the table, and migrate again.';
    END IF;
    FOR month IN
      WITH RECURSIVE part (oid) AS (
        SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = archive_table
        UNION
        SELECT i.inhrelid FROM part JOIN pg_inherits i ON i.inhparent = part.oid
      )
      SELECT part.oid FROM part
    LOOP
      EXECUTE format('ALTER TABLE %s OWNER TO archive_owner', month);
    END LOOP;
  END LOOP;
END
$$;
ALTER TABLE "${app_schema}".scenario_logs_archive OWNER TO archive_owner;
ALTER TABLE "${app_schema}".scenario_metrics_archive OWNER TO archive_owner;
ALTER TABLE "${app_schema}".reports_archive OWNER TO archive_owner;

-- Of what others may do since, only SELECT stays.
DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('REVOKE %s ON %s FROM %s CASCADE', array_to_string(CASE WHEN given.is_role THEN given.rights ELSE given.excess END, ', '),
      given.target, given.grantee)
    FROM archive.grants_of_others() AS given
    WHERE (given.is_role OR given.excess <> '{}') AND given.objid IN ('"${app_schema}".scenario_logs_archive'::regclass,
      '"${app_schema}".scenario_metrics_archive'::regclass, '"${app_schema}".reports_archive'::regclass)
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON "${app_schema}".scenario_logs_archive TO archive_operator;
-- Late samples change what a daily value says, never its series or its day.
GRANT SELECT, INSERT, UPDATE (value, value_sum, value_min, value_max, sample_count, nan_count, infinity_count,
    minus_infinity_count, archived_at, archive_batch_id)
  ON "${app_schema}".scenario_metrics_archive TO archive_operator;
GRANT SELECT, INSERT, UPDATE (deleted_locally) ON "${app_schema}".reports_archive TO archive_operator;
GRANT SELECT ON "${app_schema}".scenario_logs_archive, "${app_schema}".scenario_metrics_archive,
  "${app_schema}".reports_archive TO archive_reader;

WITH wanted (name, kind, source, archive, time_column, archive_after, keep_for, batch_rows, settings) AS (
  VALUES
    ('logs', 'move', 'scenario_logs', 'scenario_logs_archive', 'received_at',
      interval '365 days', interval '7 years', 10000, '{}'::jsonb),
    ('metrics', 'rollup', 'scenario_metrics', 'scenario_metrics_archive', 'timestamp',
      interval '730 days', interval '5 years', 20000,
      '{"series": ["scenario_id", "metric_type", "metric_name", "unit"], "value": "value"}'),
    ('reports', 'offload', 'reports', 'reports_archive', 'created_at',
      interval '180 days', interval '5 years', 100,
      '{"key": "id", "file": "file_path", "size": "file_size_bytes", "format": "format",
        "object_prefix": "archived-reports", "codec": "zstd", "object_keep_for": "3 years"}')
),
made AS (
  INSERT INTO archive.policies (name, kind, time_column, archive_after, keep_for, batch_rows, settings)
  SELECT name, kind, time_column, archive_after, keep_for, batch_rows, settings
  FROM wanted
  ON CONFLICT (name) DO NOTHING
  RETURNING name
)
INSERT INTO archive.policy_tables (policy, position, source_schema, source_table, archive_schema, archive_table)
SELECT made.name, 0, '${app_schema}', wanted.source, '${app_schema}', wanted.archive
FROM made JOIN wanted USING (name);
