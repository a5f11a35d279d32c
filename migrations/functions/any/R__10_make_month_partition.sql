-- The one place that makes partitions. It runs with the rights of archive_engine, so that an
-- operator needs no right to create tables. ATTACH takes SHARE UPDATE EXCLUSIVE on the archive,
-- which stops neither readers nor writers; CREATE TABLE ... PARTITION OF would stop both.
CREATE OR REPLACE FUNCTION archive.make_month_partition(policy_name text, month date)
RETURNS boolean
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
SET "TimeZone" = 'UTC'
SET default_tablespace = ''
AS $$
DECLARE
  family record;
  first_day date := date_trunc('month', make_month_partition.month)::date;
  partition_name text;
  made boolean := false;
BEGIN
  IF NOT EXISTS (SELECT FROM archive.policies p WHERE p.name = policy_name) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA002',
      MESSAGE = format('no policy is named "%s"', policy_name),
      HINT = 'SELECT name FROM archive.policies lists them.';
  END IF;
  -- Rows that come now would go to those of its tables that are still in the archive, and leave with them.
  IF EXISTS (
    SELECT FROM archive.bin b JOIN archive.bin_tables t USING (bin_id)
    WHERE b.policy = policy_name AND b.month = first_day AND b.state = 'detaching'
      AND archive.bin_place(b.bin_id) <> 'attached' AND archive.bin_place(b.bin_id, t.position) = 'attached')
  THEN
    RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
      MESSAGE = format('%s of policy "%s" is leaving the archive: a purge has detached some of its tables, but not all',
        to_char(first_day, 'YYYY-MM'), policy_name),
      HINT = 'Run archivist purge; it goes on with that month.';
  END IF;
  FOR family IN SELECT t.* FROM archive.policy_tables t WHERE t.policy = policy_name ORDER BY t.position LOOP
    partition_name := family.archive_table || to_char(first_day, '_YYYY_MM');
    CONTINUE WHEN EXISTS (
      SELECT FROM pg_inherits i
      JOIN pg_class c ON c.oid = i.inhrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE i.inhparent = format('%I.%I', family.archive_schema, family.archive_table)::regclass
        AND n.nspname = family.archive_schema
        AND c.relname = partition_name
        AND NOT i.inhdetachpending);
    PERFORM archive.require_own_code(ARRAY[format('%I.%I', family.archive_schema, family.archive_table)::regclass]);
    -- A purge that ended early may have left the month's former partition under the name.
    PERFORM archive.finish_detach(policy_name, first_day, family.position);
    PERFORM archive.move_to_bin(b.bin_id)
    FROM archive.bin b
    WHERE b.policy = policy_name AND b.month = first_day AND b.state = 'detaching'
      AND archive.bin_place(b.bin_id, family.position) = 'detached';
    -- The month goes where its archive is, and so do its indexes but those that the archive has elsewhere.
    PERFORM set_config('default_tablespace', coalesce((
      SELECT t.spcname FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace
      WHERE c.oid = format('%I.%I', family.archive_schema, family.archive_table)::regclass), ''), true);
    EXECUTE format(
      'CREATE TABLE %1$I.%2$I (LIKE %1$I.%3$I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING COMPRESSION)',
      family.archive_schema, partition_name, family.archive_table);
    EXECUTE format('ALTER TABLE %I.%I OWNER TO archive_owner', family.archive_schema, partition_name);
    -- default privileges would let others change archived rows past the archive
    PERFORM archive.revoke_all(format('%I.%I', family.archive_schema, partition_name)::regclass);
    EXECUTE format(
      'ALTER TABLE %1$I.%3$I ATTACH PARTITION %1$I.%2$I FOR VALUES FROM (%4$L) TO (%5$L)',
      family.archive_schema, partition_name, family.archive_table,
      to_char(first_day, 'YYYY-MM-DD') || ' 00:00:00+00',
      to_char(first_day + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
    made := true;
  END LOOP;
  RETURN made;
END
$$;
ALTER FUNCTION archive.make_month_partition(text, date) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.make_month_partition(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.make_month_partition(text, date) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.make_month_partition(text, date) IS
  'Makes the partitions of a policy''s archives for the UTC month that holds the day; false if all are there. Waits at most 100 ms for a lock (55P03). What a purge that ended early left of the month goes to the bin first.';
