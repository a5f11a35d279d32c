SELECT to_char(aged.month, 'YYYY-MM-DD') AS month, count(*) AS rows,
  coalesce(sum(aged.bytes), 0)::bigint AS bytes
FROM (
  SELECT date_trunc('month', live.{time}, 'UTC') AT TIME ZONE 'UTC' AS month, {bytes} AS bytes
  FROM {source} AS live
  WHERE live.{time} >= ? AND live.{time} < ?
) aged
GROUP BY aged.month
ORDER BY aged.month
