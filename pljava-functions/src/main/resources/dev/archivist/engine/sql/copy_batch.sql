-- All rows of the last instant are taken, so the next batch begins behind it. What is there already
-- with the same content was copied before.
WITH picked AS MATERIALIZED (
  SELECT {kept_columns}
  FROM {archive} AS kept
  WHERE kept.{time} >= ? AND kept.{time} < ?
    AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
  ORDER BY kept.{time}
  FETCH FIRST (?) ROWS WITH TIES
),
made AS (
  INSERT INTO {target} AS made ({columns})
  OVERRIDING SYSTEM VALUE
  SELECT {picked_columns}
  FROM picked
  ON CONFLICT DO NOTHING
  RETURNING {made_columns}
),
present AS (
  SELECT {picked_digest_a} AS digest_a, {picked_digest_b} AS digest_b
  FROM picked
  JOIN {target} AS present ON {same_key}
  WHERE {picked_digest_a} = {present_digest_a} AND {picked_digest_b} = {present_digest_b}
)
SELECT
  (SELECT count(*) FROM picked) AS picked,
  (SELECT count(*) FROM made) AS made,
  (SELECT count(*) FROM present) AS present,
  (SELECT max(picked.{time}) FROM picked) AS last_time,
  (SELECT coalesce(sum({picked_digest_a}), 0) FROM picked)
      = (SELECT coalesce(sum({made_digest_a}), 0) FROM made) + (SELECT coalesce(sum(digest_a), 0) FROM present)
    AND (SELECT coalesce(sum({picked_digest_b}), 0) FROM picked)
      = (SELECT coalesce(sum({made_digest_b}), 0) FROM made) + (SELECT coalesce(sum(digest_b), 0) FROM present)
    AS unchanged,
  (SELECT coalesce(sum({made_bytes}), 0)::bigint FROM made) AS bytes
