-- What the archive of a policy that offloads files refers to.

-- name: objects
SELECT count(*), coalesce(sum(content_bytes), 0)::bigint, coalesce(sum(object_bytes), 0)::bigint
FROM "{archive}"
