-- What ages, after how long, and what happens then.

-- name: named
SELECT policy_id, name, kind, source_schema, source_table, archive_schema, archive_table,
  time_column, batch_rows, enabled, value_column, key_column, file_column, size_column,
  format_column, object_prefix, codec
FROM archive.policies
WHERE name = ?

-- name: series
SELECT series.column_name
FROM archive.policies p, unnest(p.group_columns) WITH ORDINALITY AS series (column_name, position)
WHERE p.name = ?
ORDER BY series.position

-- name: cutoff
-- Interval arithmetic on timestamptz follows the session's time zone (a day of 23 or 25 hours), so
-- the age is taken off in UTC.
SELECT CASE WHEN kind = 'rollup' THEN date_trunc('day', aged.at, 'UTC') ELSE aged.at END
FROM (
  SELECT kind,
    ("{clock}" AT TIME ZONE 'UTC' - archive_after) AT TIME ZONE 'UTC' AS at
  FROM archive.policies
  WHERE name = ?
) aged

-- name: retention
-- Counted in UTC, as cutoffs are.
SELECT ("{clock}" AT TIME ZONE 'UTC' - keep_for) AT TIME ZONE 'UTC'
FROM archive.policies
WHERE name = ? AND keep_for IS NOT NULL

-- name: clock
coalesce(nullif(current_setting('archivist.now', true), '')::timestamptz, now())
