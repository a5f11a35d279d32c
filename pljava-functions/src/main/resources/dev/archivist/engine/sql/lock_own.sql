SELECT EXISTS (
  SELECT
  FROM pg_catalog.pg_locks l
  WHERE l.locktype = 'advisory' AND l.classid = 1095910216 AND l.objid = ?::bigint::oid
    AND l.objsubid = 2 AND l.granted AND l.pid = pg_catalog.pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
