SELECT CASE
    WHEN live.{time} IS NULL THEN 'null'
    WHEN live.{time} = 'infinity' THEN 'infinity'
    WHEN live.{time} = '-infinity' THEN '-infinity'
    ELSE 'before the year 1'
  END AS what,
  count(*) AS rows
FROM {source} AS live
WHERE live.{time} IS NULL OR live.{time} = 'infinity' OR live.{time} < ?
GROUP BY 1
ORDER BY 1
