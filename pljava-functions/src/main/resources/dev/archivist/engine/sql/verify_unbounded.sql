-- Partitions whose bounds do not say which months they hold: nobody of ours makes such.
SELECT cn.nspname AS schema, child.relname AS table
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
JOIN pg_catalog.pg_namespace cn ON cn.oid = child.relnamespace
JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = parent.relnamespace
WHERE n.nspname = ? AND parent.relname = ?
  AND coalesce(pg_catalog.pg_get_expr(child.relpartbound, child.oid), '')
    !~ 'FROM \(''\d{4}-[^'']+''\) TO \(''\d{4}-[^'']+''\)$'
