SELECT DISTINCT (date_trunc('month', kept.{time}, 'UTC') AT TIME ZONE 'UTC')::date
  FROM {archive} AS kept
