-- What a run conserves, computed otherwise than by the digest: one text.

-- name: rows
SELECT count(*) || ' rows, md5 sum '
  || coalesce(sum(('x' || substr(md5(both_tiers::text), 1, 15))::bit(60)::bigint), 0)
FROM (
  SELECT "{columns}" FROM "{live}"
  UNION ALL
  SELECT "{columns}" FROM "{archive}"
) AS both_tiers

-- name: samples
SELECT samples || ' samples, sum ' || total
FROM (
  SELECT
    (SELECT count(*) FROM "{live}") + (SELECT coalesce(sum(sample_count), 0) FROM "{archive}") AS samples,
    (SELECT coalesce(sum("{number}") FILTER (WHERE "{is_finite}"), 0) FROM "{live}" AS live) + (SELECT coalesce(sum(value_sum), 0) FROM "{archive}") AS total
) AS both_tiers
