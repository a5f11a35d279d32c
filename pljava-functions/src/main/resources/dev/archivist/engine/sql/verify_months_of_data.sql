SELECT DISTINCT coalesce(to_char(months.month, 'YYYY-MM-DD'), months.month::text) AS month
FROM (
  SELECT (date_trunc('month', kept.{time}, 'UTC') AT TIME ZONE 'UTC')::date AS month FROM {archive} AS kept
) AS months
