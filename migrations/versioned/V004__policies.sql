-- What ages, by which column, after how long, and what happens then. The engine knows no table by
-- name: everything it does, it does because of a row here.
CREATE TABLE archive.policies (
  policy_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9_]{0,49}$'),
  kind text NOT NULL CHECK (kind IN ('move', 'rollup', 'offload')),
  source_schema text NOT NULL,
  source_table text NOT NULL,
  archive_schema text NOT NULL,
  -- eight characters are kept for _YYYY_MM
  archive_table text NOT NULL CHECK (octet_length(archive_table) <= 55),
  time_column text NOT NULL,
  archive_after interval NOT NULL CHECK (archive_after > interval '0'),
  keep_for interval CHECK (keep_for > interval '0'),
  batch_rows integer NOT NULL DEFAULT 10000 CHECK (batch_rows BETWEEN 1 AND 1000000),
  enabled boolean NOT NULL DEFAULT true,
  group_columns text[],
  value_column text,
  key_column text,
  file_column text,
  size_column text,
  format_column text,
  object_prefix text,
  codec text CHECK (codec IN ('zstd', 'gzip')),
  CONSTRAINT rollup_says_what_is_grouped CHECK (
    kind <> 'rollup' OR (cardinality(group_columns) > 0 AND value_column IS NOT NULL)),
  CONSTRAINT offload_says_where_the_file_is CHECK (
    kind <> 'offload' OR (key_column IS NOT NULL AND file_column IS NOT NULL
      AND format_column IS NOT NULL AND object_prefix IS NOT NULL AND codec IS NOT NULL)),
  CONSTRAINT archive_is_another_table CHECK (
    (source_schema, source_table) <> (archive_schema, archive_table))
);
COMMENT ON TABLE archive.policies IS 'What is archived, when and how; one row a policy';
COMMENT ON COLUMN archive.policies.policy_id IS 'second key of the policy''s advisory lock';
COMMENT ON COLUMN archive.policies.kind IS
  'move: rows go to month partitions; rollup: samples become daily values; offload: files go to the object store';
COMMENT ON COLUMN archive.policies.archive_after IS
  'age at which a row leaves the live table, by the database''s clock, counted in UTC';
COMMENT ON COLUMN archive.policies.keep_for IS 'retention of the archive; null keeps for ever';
COMMENT ON COLUMN archive.policies.batch_rows IS 'most rows that one transaction moves';
COMMENT ON COLUMN archive.policies.group_columns IS 'rollup: the columns that name a series';
COMMENT ON COLUMN archive.policies.value_column IS 'rollup: the sampled value';
COMMENT ON COLUMN archive.policies.key_column IS 'offload: the report''s uuid, which names its object';
COMMENT ON COLUMN archive.policies.size_column IS
  'offload: the file''s size in bytes as the application recorded it; used only to estimate';
COMMENT ON COLUMN archive.policies.file_column IS 'offload: path of the file below the reports'' root';

INSERT INTO archive.policies
  (name, kind, source_schema, source_table, archive_schema, archive_table, time_column,
   archive_after, keep_for, batch_rows)
VALUES
  ('logs', 'move', '${app_schema}', 'scenario_logs', '${app_schema}', 'scenario_logs_archive',
   'received_at', interval '365 days', interval '7 years', 10000);
INSERT INTO archive.policies
  (name, kind, source_schema, source_table, archive_schema, archive_table, time_column,
   archive_after, keep_for, batch_rows, group_columns, value_column)
VALUES
  ('metrics', 'rollup', '${app_schema}', 'scenario_metrics', '${app_schema}', 'scenario_metrics_archive',
   'timestamp', interval '730 days', interval '5 years', 20000,
   ARRAY['scenario_id', 'metric_type', 'metric_name', 'unit'], 'value');
INSERT INTO archive.policies
  (name, kind, source_schema, source_table, archive_schema, archive_table, time_column,
   archive_after, keep_for, batch_rows, key_column, file_column, size_column, format_column,
   object_prefix, codec)
VALUES
  ('reports', 'offload', '${app_schema}', 'reports', '${app_schema}', 'reports_archive',
   'created_at', interval '180 days', interval '5 years', 100,
   'id', 'file_path', 'file_size_bytes', 'format', 'archived-reports', 'zstd');

ALTER TABLE archive.policies OWNER TO archive_owner;
GRANT SELECT ON archive.policies TO archive_operator, archive_reader;
