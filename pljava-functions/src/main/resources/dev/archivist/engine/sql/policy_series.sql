SELECT series.column_name
FROM archive.policies p, unnest(p.group_columns) WITH ORDINALITY AS series (column_name, position)
WHERE p.name = ?
ORDER BY series.position
