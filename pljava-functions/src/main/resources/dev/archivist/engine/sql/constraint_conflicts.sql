-- Rows that come and that the table would refuse.
SELECT {shown} AS shown, count(*) OVER () AS total
FROM (
  SELECT {columns}
  FROM {archive} AS kept
  WHERE kept.{time} >= ? AND kept.{time} < ?
    AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
) AS coming
WHERE {violated}
ORDER BY 1
LIMIT 20
