-- Rows that come and meet a row that is there, or each other.
WITH coming AS MATERIALIZED (
  SELECT {keys}
  FROM (
    SELECT {columns}
    FROM {archive} AS kept
    WHERE kept.{time} >= ? AND kept.{time} < ?
      AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
  ) AS archived
  WHERE {predicate}
),
meeting AS (
  SELECT {shown} AS shown
  FROM coming
  WHERE EXISTS (SELECT FROM {target} AS live WHERE ({predicate}) AND {same})
  UNION ALL
  SELECT {shown}
  FROM coming
  WHERE {complete}
  GROUP BY {grouped}
  HAVING count(*) > 1
)
SELECT meeting.shown, count(*) OVER () AS total
FROM meeting
ORDER BY meeting.shown
LIMIT 20
