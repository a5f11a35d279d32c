SELECT content.column_name
FROM archive.bin b, unnest(b.content) WITH ORDINALITY AS content (column_name, position)
WHERE b.bin_id = ?::uuid
ORDER BY content.position
