-- A live table that the demo fills.

-- name: lock
-- From then on nobody adds code that a row which comes would run.
LOCK TABLE ONLY "{table}" IN ROW EXCLUSIVE MODE

-- name: foreign_code
SELECT code.what, code.why, code.hint
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
LATERAL archive.foreign_code('{}', '{}', '{}', ARRAY[c.oid::pg_catalog.regclass]) AS code
WHERE n.nspname = ? AND c.relname = ?
LIMIT 1

-- name: copy
COPY "{table}" ("{columns}") FROM STDIN WITH (FORMAT csv)

-- name: vacuum
VACUUM (ANALYZE) "{table}"
