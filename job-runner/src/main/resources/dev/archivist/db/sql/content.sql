-- What the archive of a policy that offloads files refers to.

-- name: objects
SELECT count(*), coalesce(sum(content_bytes), 0)::bigint, coalesce(sum(object_bytes), 0)::bigint
FROM "{archive}"

-- name: directories
SELECT DISTINCT rtrim(substring(s3_location FROM '^.*/'), '/')
FROM "{archive}"
WHERE starts_with(s3_location, ?)

-- name: places
SELECT regexp_replace(s3_location, '(/[0-9]{4}/[0-9]{2})?/[^/]*$', ''), count(*)
FROM "{archive}"
WHERE s3_location IS NOT NULL
GROUP BY 1

-- name: recorded_directories
SELECT DISTINCT rtrim(substring(recorded.location FROM '^.*/'), '/')
FROM (
  SELECT location FROM archive.stray_objects
  UNION ALL
  SELECT location FROM archive.expiring_objects
  UNION ALL
  SELECT location FROM archive.bin_objects
) AS recorded
WHERE starts_with(recorded.location, ?)
