-- Names of indexes are the schema's: those of two tables of one month would meet in the bin. Rights on a partition
-- count for nothing as long as it is read through its parent: whoever may read that may read what has left it.
CREATE OR REPLACE FUNCTION archive.move_to_bin(bin uuid)
RETURNS void
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $$
DECLARE
  entry record;
  index_name text;
  reader text;
  number integer := 0;
BEGIN
  FOR entry IN
    SELECT b.bin_id, b.policy, b.month, t.position, t.table_name, t.partition_name, p.archive_schema, p.archive_table
    FROM archive.bin b
    JOIN archive.bin_tables t ON t.bin_id = b.bin_id
    JOIN archive.policy_tables p ON p.policy = b.policy AND p.position = t.position
    WHERE b.bin_id = move_to_bin.bin AND archive.bin_place(b.bin_id, t.position) = 'detached'
    ORDER BY t.position
  LOOP
    PERFORM archive.require_own_code(ARRAY[format('%I.%I', entry.archive_schema, entry.partition_name)::regclass]);
    number := 0;
    FOR index_name IN
      SELECT c.relname
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = to_regclass(format('%I.%I', entry.archive_schema, entry.partition_name))
      ORDER BY c.oid
    LOOP
      number := number + 1;
      EXECUTE format('ALTER INDEX %I.%I RENAME TO %I',
        entry.archive_schema, index_name, entry.table_name || '_' || number);
    END LOOP;
    EXECUTE format('ALTER TABLE %I.%I RENAME TO %I',
      entry.archive_schema, entry.partition_name, entry.table_name);
    EXECUTE format('ALTER TABLE %I.%I SET SCHEMA archive_bin', entry.archive_schema, entry.table_name);
    EXECUTE format('COMMENT ON TABLE archive_bin.%I IS %L', entry.table_name,
      format('%s of policy %s, out of %I.%I since %s; archivist bin restore %s takes it back',
        to_char(entry.month, 'YYYY-MM'), entry.policy, entry.archive_schema, entry.archive_table,
        to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), entry.bin_id));
    -- A partition is read with the rights on its parent, which it has no more. Row security does not come along, so nobody reads here whom it may have kept from some rows.
    PERFORM archive.revoke_all(format('archive_bin.%I', entry.table_name)::regclass);
    FOR reader IN
      SELECT DISTINCT coalesce(quote_ident(r.rolname), 'PUBLIC')
      FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS granted LEFT JOIN pg_roles r ON r.oid = granted.grantee
      WHERE c.oid = to_regclass(format('%I.%I', entry.archive_schema, entry.archive_table))
        AND NOT c.relrowsecurity AND granted.privilege_type = 'SELECT'
    LOOP
      EXECUTE format('GRANT SELECT ON archive_bin.%I TO %s', entry.table_name, reader);
    END LOOP;
  END LOOP;
END
$$;
ALTER FUNCTION archive.move_to_bin(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.move_to_bin(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.move_to_bin(uuid) TO archive_owner;
COMMENT ON FUNCTION archive.move_to_bin(uuid) IS
  'Takes the detached tables of an entry of archive.bin to schema archive_bin, under their names there; who may read the archive may read them, and nobody else. Waits at most 100 ms for a lock (55P03)';
