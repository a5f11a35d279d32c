SELECT a.attname AS name,
  format_type(a.atttypid, a.atttypmod) AS type,
  t.typname AS base_type,
  CASE WHEN s.oid IS NOT NULL THEN format('%I.%I', sn.nspname, s.proname) END AS send_function,
  NOT a.attnotnull AS nullable,
  a.attgenerated <> '' AS generated,
  a.atthasdef OR a.attidentity <> '' AS has_default
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_proc s ON s.oid = t.typsend
LEFT JOIN pg_catalog.pg_namespace sn ON sn.oid = s.pronamespace
WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
