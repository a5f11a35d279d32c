-- Documents that PostgreSQL writes.

-- name: render
SELECT ("{document}")::text
