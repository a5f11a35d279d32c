-- The first of the functions of the bin, by name, so that those which use it find it.
CREATE OR REPLACE FUNCTION archive.bin_place(bin uuid, table_position smallint)
RETURNS text
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN pg_catalog.to_regclass(format('archive_bin.%I', t.table_name)) IS NOT NULL THEN 'bin'
    -- under its former name there may be another table by now
    WHEN part.oid IS NULL OR b.state <> 'detaching' THEN 'nowhere'
    WHEN i.inhparent IS NULL THEN 'detached'
    WHEN i.inhdetachpending THEN 'pending'
    ELSE 'attached'
  END
  FROM archive.bin b
  JOIN archive.bin_tables t ON t.bin_id = b.bin_id AND t.position = table_position
  JOIN archive.policy_tables p ON p.policy = b.policy AND p.position = t.position
  LEFT JOIN pg_class part ON part.oid
    = pg_catalog.to_regclass(format('%I.%I', p.archive_schema, t.partition_name))
  LEFT JOIN pg_inherits i ON i.inhrelid = part.oid
    AND i.inhparent = pg_catalog.to_regclass(format('%I.%I', p.archive_schema, p.archive_table))
  WHERE b.bin_id = bin_place.bin
$$;
COMMENT ON FUNCTION archive.bin_place(uuid, smallint) IS
  'Where a table of an entry of archive.bin is: attached to the archive, pending (being detached), detached, in the bin, or nowhere';

-- A month is where its tables are; as long as they are apart it is on its way.
CREATE OR REPLACE FUNCTION archive.bin_place(bin uuid)
RETURNS text
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN bool_or(coalesce(place.name, 'nowhere') = 'nowhere') THEN 'nowhere'
    WHEN count(DISTINCT place.name) = 1 THEN min(place.name)
    WHEN bool_and(place.name IN ('detached', 'bin')) THEN 'detached'
    ELSE 'pending'
  END
  FROM archive.bin_tables t, LATERAL (SELECT archive.bin_place(t.bin_id, t.position) AS name) AS place
  WHERE t.bin_id = bin_place.bin
$$;
COMMENT ON FUNCTION archive.bin_place(uuid) IS
  'Where an entry of archive.bin is, as its tables are: attached, detached, bin; pending while they are not at one place; nowhere if one is missing';

ALTER FUNCTION archive.bin_place(uuid, smallint) OWNER TO archive_engine;
ALTER FUNCTION archive.bin_place(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.bin_place(uuid, smallint), archive.bin_place(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.bin_place(uuid) TO archive_owner;
GRANT EXECUTE ON FUNCTION archive.bin_place(uuid, smallint) TO archive_owner;
GRANT EXECUTE ON FUNCTION archive.bin_place(uuid, smallint), archive.bin_place(uuid) TO archive_operator, archive_reader;
