SELECT to_date(right(child.relname, 7), 'YYYY_MM')
  FROM given
  JOIN archive.policies p ON p.name = given.policy
  JOIN pg_catalog.pg_namespace n ON n.nspname = p.archive_schema
  JOIN pg_catalog.pg_class parent ON parent.relname = p.archive_table AND parent.relnamespace = n.oid
  JOIN pg_catalog.pg_inherits i ON i.inhparent = parent.oid AND NOT i.inhdetachpending
  JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
  WHERE left(child.relname, -8) = parent.relname AND child.relname ~ '_[0-9]{4}_(0[1-9]|1[0-2])$'
