-- The first of the functions of the bin, by name, so that those which use it find it.
CREATE OR REPLACE FUNCTION archive.bin_place(bin uuid)
RETURNS text
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN pg_catalog.to_regclass(format('archive_bin.%I', b.table_name)) IS NOT NULL THEN 'bin'
    -- under its former name there may be another table by now
    WHEN part.oid IS NULL OR b.state <> 'detaching' THEN 'nowhere'
    WHEN i.inhparent IS NULL THEN 'detached'
    WHEN i.inhdetachpending THEN 'pending'
    ELSE 'attached'
  END
  FROM archive.bin b
  JOIN archive.policies p ON p.name = b.policy
  LEFT JOIN pg_class part ON part.oid
    = pg_catalog.to_regclass(format('%I.%I', p.archive_schema, b.partition_name))
  LEFT JOIN pg_inherits i ON i.inhrelid = part.oid
    AND i.inhparent = pg_catalog.to_regclass(format('%I.%I', p.archive_schema, p.archive_table))
  WHERE b.bin_id = bin_place.bin
$$;
ALTER FUNCTION archive.bin_place(uuid) OWNER TO archive_owner;
REVOKE ALL ON FUNCTION archive.bin_place(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.bin_place(uuid) TO archive_operator, archive_reader;
COMMENT ON FUNCTION archive.bin_place(uuid) IS
  'Where the table of an entry of archive.bin is: attached to the archive, pending (being detached), detached, in the bin, or nowhere';
