-- Interval arithmetic on timestamptz follows the session's time zone (a day of 23 or 25 hours), so
-- the age is taken off in UTC.
SELECT CASE WHEN kind = 'rollup' THEN date_trunc('day', aged.at, 'UTC') ELSE aged.at END
FROM (
  SELECT kind,
    (coalesce(nullif(current_setting('archivist.now', true), '')::timestamptz, now())
      AT TIME ZONE 'UTC' - archive_after) AT TIME ZONE 'UTC' AS at
  FROM archive.policies
  WHERE name = ?
) aged
