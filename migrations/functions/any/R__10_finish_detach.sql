-- The second half of DETACH PARTITION ... CONCURRENTLY. FINALIZE locks the partition against everybody
-- and then waits for transactions that may still see it in the archive: such a transaction that came
-- to read it would wait for us, and we for it. So first look whether there is any.
CREATE OR REPLACE FUNCTION archive.finish_detach(policy_name text, month date)
RETURNS boolean
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $$
DECLARE
  policy archive.policies;
  partition_name text;
  marked xid;
  reader text;
BEGIN
  SELECT p.* INTO STRICT policy FROM archive.policies p WHERE p.name = policy_name;
  partition_name := policy.archive_table || to_char(date_trunc('month', finish_detach.month), '_YYYY_MM');
  SELECT i.xmin INTO marked
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.inhparent = to_regclass(format('%I.%I', policy.archive_schema, policy.archive_table))
    AND n.nspname = policy.archive_schema AND c.relname = partition_name AND i.inhdetachpending;
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
  EXECUTE format('ALTER TABLE %1$I.%2$I DETACH PARTITION %1$I.%3$I FINALIZE',
    policy.archive_schema, policy.archive_table, partition_name);
  RETURN true;
END
$$;
ALTER FUNCTION archive.finish_detach(text, date) OWNER TO archive_owner;
REVOKE ALL ON FUNCTION archive.finish_detach(text, date) FROM PUBLIC;
COMMENT ON FUNCTION archive.finish_detach(text, date) IS
  'Finishes a detachment of the month''s partition that was begun; false if none was. 55P03 while a transaction still sees the partition, or if a lock is not free within 100 ms';
