SELECT to_char(aged.month, 'YYYY-MM-DD') AS month,
  count(*) FILTER (WHERE NOT aged.held) AS rows,
  coalesce(sum(aged.bytes) FILTER (WHERE NOT aged.held), 0)::bigint AS bytes,
  count(*) FILTER (WHERE aged.held) AS held
FROM (
  SELECT date_trunc('month', live.{time}, 'UTC') AT TIME ZONE 'UTC' AS month, {bytes} AS bytes,
    {held} AS held
  FROM {source} AS live
  WHERE live.{time} >= ? AND live.{time} < ?
) aged
GROUP BY aged.month
ORDER BY aged.month
