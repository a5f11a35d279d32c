-- Unique keys that are of plain columns, hold for every row and are checked at once; primary first.
SELECT c.relname AS key, a.attname AS name
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnkeyatts) AS place
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place - 1]
WHERE n.nspname = ? AND t.relname = ? AND i.indisunique AND i.indimmediate AND i.indisvalid
  AND i.indpred IS NULL AND i.indexprs IS NULL AND (i.indisprimary OR NOT ?::boolean)
ORDER BY i.indisprimary DESC, c.relname, place
