SELECT child.relname
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = parent.relnamespace
WHERE n.nspname = ? AND parent.relname = ? AND NOT i.inhdetachpending
