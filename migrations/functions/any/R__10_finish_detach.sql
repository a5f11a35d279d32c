-- The second half of DETACH PARTITION ... CONCURRENTLY. FINALIZE locks the partition against everybody
-- and then waits for every snapshot of the database that is not younger than its own, whatever it is used for.
-- If it sees the partition, its transaction may come to read it: it would wait for us, and we for it. So
-- first look whether there is any, then wait for the others without a lock.
CREATE OR REPLACE FUNCTION archive.finish_detach(policy_name text, month date, table_position smallint DEFAULT 0)
RETURNS boolean
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $$
DECLARE
  family archive.policy_tables;
  partition_name text;
  marked xid;
  reader text;
  ahead text[];
  waited_for text;
BEGIN
  SELECT t.* INTO STRICT family
  FROM archive.policy_tables t WHERE t.policy = policy_name AND t.position = table_position;
  partition_name := family.archive_table || to_char(date_trunc('month', finish_detach.month), '_YYYY_MM');
  SELECT i.xmin INTO marked
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.inhparent = to_regclass(format('%I.%I', family.archive_schema, family.archive_table))
    AND n.nspname = family.archive_schema AND c.relname = partition_name AND i.inhdetachpending;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  -- Autovacuum, which works for no user, does not look at rows with its snapshot.
  SELECT format('%s (pid %s)', coalesce('"' || nullif(a.application_name, '') || '"', 'a session'), a.pid) INTO reader
  FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
    AND a.usesysid IS NOT NULL AND age(a.backend_xmin) >= age(marked)
  ORDER BY age(a.backend_xmin) DESC
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
      MESSAGE = format('a transaction of %s still sees partition %I', reader, partition_name),
      HINT = 'It can be taken out when that transaction has ended.';
  END IF;
  -- Those who have a snapshot now, for a second. Who comes later is FINALIZE's: short transactions, one after
  -- the other, must not keep us from ever trying. Like FINALIZE we wait for no VACUUM and for no index that is
  -- made concurrently (other indexes cannot be told from these).
  FOR look IN 1 .. 20 LOOP
    PERFORM pg_stat_clear_snapshot();
    SELECT coalesce(ahead, array_agg(other.virtualxid)),
      string_agg(other.name, ', ' ORDER BY other.age DESC) FILTER (WHERE other.number <= 5)
    INTO ahead, waited_for
    FROM (
      SELECT l.virtualxid, age(a.backend_xmin) AS age,
        format('%s (pid %s)', coalesce('"' || nullif(a.application_name, '') || '"', 'a session'), a.pid) AS name,
        row_number() OVER (ORDER BY age(a.backend_xmin) DESC) AS number
      FROM pg_stat_activity a
      JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted
      WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
        AND a.usesysid IS NOT NULL AND a.backend_xmin IS NOT NULL
        AND a.pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum UNION ALL SELECT pid FROM pg_stat_progress_create_index)
        AND (ahead IS NULL OR l.virtualxid = ANY (ahead))
    ) AS other;
    EXIT WHEN waited_for IS NULL;
    PERFORM pg_sleep(0.05);
  END LOOP;
  IF waited_for IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
      MESSAGE = format('partition %I cannot be taken out before these transactions end: %s; PostgreSQL waits for every snapshot of the database',
        partition_name, waited_for),
      HINT = 'Let them end, or end those that were forgotten with pg_terminate_backend, and purge again.';
  END IF;
  EXECUTE format('ALTER TABLE %1$I.%2$I DETACH PARTITION %1$I.%3$I FINALIZE',
    family.archive_schema, family.archive_table, partition_name);
  RETURN true;
END
$$;
ALTER FUNCTION archive.finish_detach(text, date, smallint) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.finish_detach(text, date, smallint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.finish_detach(text, date, smallint) TO archive_owner;
COMMENT ON FUNCTION archive.finish_detach(text, date, smallint) IS
  'Finishes a detachment of the month''s partition of a table of the policy that was begun; false if none was. 55P03 while a transaction still sees the partition, if others of the database keep their snapshots for a second (both named with their pids), or if a lock is not free within 100 ms';
