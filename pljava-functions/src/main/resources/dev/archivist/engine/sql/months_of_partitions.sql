SELECT to_date(right(child.relname, 7), 'YYYY_MM')
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = parent.relnamespace
JOIN archive.policies p ON p.archive_schema = n.nspname AND p.archive_table = parent.relname
WHERE p.name = ? AND NOT i.inhdetachpending AND left(child.relname, -8) = parent.relname
  AND child.relname ~ '_[0-9]{4}_(0[1-9]|1[0-2])$'
