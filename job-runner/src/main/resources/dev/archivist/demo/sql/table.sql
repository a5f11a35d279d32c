-- A live table that the demo fills.

-- name: copy
COPY "{table}" ("{columns}") FROM STDIN WITH (FORMAT csv)

-- name: vacuum
VACUUM (ANALYZE) "{table}"
