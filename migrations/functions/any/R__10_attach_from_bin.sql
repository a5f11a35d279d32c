-- DETACH ... CONCURRENTLY left a CHECK on the partition's bounds. It spares ATTACH the scan of the table;
-- then it says nothing that the bounds do not say.
CREATE OR REPLACE FUNCTION archive.attach_from_bin(bin uuid)
RETURNS void
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
SET "TimeZone" = 'UTC'
AS $$
DECLARE
  entry record;
  bounds_check text;
BEGIN
  FOR entry IN
    SELECT b.bin_id, b.month, t.position, t.table_name, t.partition_name, p.archive_schema, p.archive_table
    FROM archive.bin b
    JOIN archive.bin_tables t ON t.bin_id = b.bin_id
    JOIN archive.policy_tables p ON p.policy = b.policy AND p.position = t.position
    WHERE b.bin_id = attach_from_bin.bin
    ORDER BY t.position
  LOOP
    PERFORM archive.require_own_code(array_remove(ARRAY[
      to_regclass(format('%I.%I', entry.archive_schema, entry.archive_table)),
      CASE archive.bin_place(entry.bin_id, entry.position) WHEN 'bin' THEN to_regclass(format('archive_bin.%I', entry.table_name))
        ELSE to_regclass(format('%I.%I', entry.archive_schema, entry.partition_name)) END], NULL));
    IF archive.bin_place(entry.bin_id, entry.position) = 'bin' THEN
      EXECUTE format('ALTER TABLE archive_bin.%I SET SCHEMA %I', entry.table_name, entry.archive_schema);
      EXECUTE format('ALTER TABLE %I.%I RENAME TO %I',
        entry.archive_schema, entry.table_name, entry.partition_name);
      EXECUTE format('COMMENT ON TABLE %I.%I IS NULL', entry.archive_schema, entry.partition_name);
    END IF;
    -- It is read with the rights on its parent again, and by nobody besides.
    PERFORM archive.revoke_all(format('%I.%I', entry.archive_schema, entry.partition_name)::regclass);
    BEGIN
      EXECUTE format('ALTER TABLE %1$I.%2$I ATTACH PARTITION %1$I.%3$I FOR VALUES FROM (%4$L) TO (%5$L)',
        entry.archive_schema, entry.archive_table, entry.partition_name,
        to_char(entry.month, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(entry.month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
    EXCEPTION
      -- a unique index or a foreign key, say, that the archive has gained
      WHEN feature_not_supported OR integrity_constraint_violation OR syntax_error_or_access_rule_violation THEN
        PERFORM archive.raise_error('ZA004',
          format('%s does not fit into %I.%I any more: %s', to_char(entry.month, 'YYYY-MM'),
            entry.archive_schema, entry.archive_table, SQLERRM),
          NULL, 'Change the archive table so that the month fits, and restore again; or take what you need out of the month''s table by SQL. Nothing was changed.');
    END;
    FOR bounds_check IN
      SELECT c.conname
      FROM pg_constraint c
      WHERE c.conrelid = to_regclass(format('%I.%I', entry.archive_schema, entry.partition_name))
        AND c.contype = 'c' AND c.coninhcount = 0
        AND pg_get_expr(c.conbin, c.conrelid) = pg_get_partition_constraintdef(c.conrelid)
    LOOP
      EXECUTE format('ALTER TABLE %I.%I DROP CONSTRAINT %I',
        entry.archive_schema, entry.partition_name, bounds_check);
    END LOOP;
  END LOOP;
END
$$;
ALTER FUNCTION archive.attach_from_bin(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.attach_from_bin(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.attach_from_bin(uuid) TO archive_owner;
COMMENT ON FUNCTION archive.attach_from_bin(uuid) IS
  'Makes the tables of an entry of archive.bin partitions of their archives again, without the rights that others had on them. ZA004 if PostgreSQL cannot attach them. Waits at most 100 ms for a lock (55P03)';
