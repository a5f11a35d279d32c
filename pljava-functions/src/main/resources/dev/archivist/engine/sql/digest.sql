-- A row's hashes and its size; parts of other statements.

-- name: a
hashint4extended(1, hash_record_extended(ROW("{row}"), 1))

-- name: b
hashint4extended(2, hash_record_extended(ROW("{row}"), 2))

-- name: form_binary
"{send}"("{value}")

-- name: form_cast
"{value}"::text COLLATE "C"

-- name: form_none
NULL::text

-- name: form_output
pg_catalog.textin("{output}"("{value}")) COLLATE "C"

-- name: form_text
"{value}" COLLATE "C"

-- name: size_fixed
coalesce(pg_column_size("{value}"), 0)

-- name: size_of_row
(0::bigint + "{sizes}")

-- name: size_varying
coalesce(octet_length("{form}"), 0)
