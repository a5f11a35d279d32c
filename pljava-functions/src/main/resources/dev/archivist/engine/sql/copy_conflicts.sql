-- Rows that have the key of a row that is there, but other content.
WITH meeting AS (
  SELECT ROW({kept_key})::text AS shown
  FROM {archive} AS kept
  JOIN {target} AS made ON {same_key}
  WHERE kept.{time} >= ? AND kept.{time} < ?
    AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
    AND NOT ({kept_digest_a} = {made_digest_a} AND {kept_digest_b} = {made_digest_b})
)
SELECT meeting.shown, count(*) OVER () AS total
FROM meeting
ORDER BY meeting.shown
LIMIT 20
