-- The archive may have changed while a month was in the bin; ATTACH and INSERT want the same columns and
-- constraints. A column that the archive has gained stays null in the month's rows, whatever its default is:
-- they left without a value, and the ledger's digest knows none. Only where null is forbidden they get the
-- default; the engine then looks whether the month still is what the ledger says.
CREATE OR REPLACE FUNCTION archive.fit_from_bin(bin uuid)
RETURNS boolean
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $$
DECLARE
  entry record;
  parent regclass;
  kept regclass;
  lost record;
  changes text[];
  change text;
  changed boolean := false;
BEGIN
  FOR entry IN
    SELECT b.bin_id, b.month, t.position, t.table_name, t.partition_name, p.archive_schema, p.archive_table
    FROM archive.bin b
    JOIN archive.bin_tables t ON t.bin_id = b.bin_id
    JOIN archive.policy_tables p ON p.policy = b.policy AND p.position = t.position
    WHERE b.bin_id = fit_from_bin.bin
    ORDER BY t.position
  LOOP
    parent := format('%I.%I', entry.archive_schema, entry.archive_table);
    kept := CASE archive.bin_place(entry.bin_id, entry.position) WHEN 'bin' THEN format('archive_bin.%I', entry.table_name)
      ELSE format('%I.%I', entry.archive_schema, entry.partition_name) END;
    EXECUTE format('LOCK TABLE ONLY %s IN ACCESS SHARE MODE', parent);
    EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', kept);
    PERFORM archive.require_own_code(ARRAY[parent, kept]);
    SELECT k.attname, format_type(k.atttypid, k.atttypmod) AS type INTO lost
    FROM pg_attribute k
    WHERE k.attrelid = kept AND k.attnum > 0 AND NOT k.attisdropped
      AND NOT EXISTS (SELECT FROM pg_attribute a
        WHERE a.attrelid = parent AND a.attname = k.attname AND a.attnum > 0 AND NOT a.attisdropped)
    ORDER BY k.attnum
    LIMIT 1;
    IF FOUND THEN
      PERFORM archive.raise_error('ZA004',
        format('%s does not fit into %s any more: the archive has no column %I', to_char(entry.month, 'YYYY-MM'), parent, lost.attname),
        NULL, format('ALTER TABLE %s ADD COLUMN %I %s; and restore again. Nothing was changed.', parent, lost.attname, lost.type));
    END IF;
    WITH wanted AS (
      SELECT a.attnum, a.attname, a.attnotnull, a.attgenerated, pg_get_expr(d.adbin, d.adrelid) AS expression,
        format_type(a.atttypid, a.atttypmod)
          || CASE WHEN a.attcollation <> 0 THEN format(' COLLATE %s', a.attcollation::regcollation) ELSE '' END AS type,
        k.attname IS NULL AS is_new, coalesce(k.attnotnull, false) AS has_not_null,
        (a.atttypid, a.atttypmod, a.attcollation) <> (k.atttypid, k.atttypmod, k.attcollation) AS has_other_type
      FROM pg_attribute a
      LEFT JOIN pg_attribute k ON k.attrelid = kept AND k.attname = a.attname AND k.attnum > 0 AND NOT k.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = parent AND a.attnum > 0 AND NOT a.attisdropped
    ),
    steps (step, position, change) AS (
      SELECT 1, attnum, format('ADD COLUMN %I %s', attname, type) || CASE
        WHEN attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%s) %s', expression,
          CASE attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
        WHEN attnotnull AND expression IS NOT NULL THEN format(' DEFAULT %s', expression)
        -- a domain may have a default of its own
        ELSE ' DEFAULT NULL' END
      FROM wanted WHERE is_new
      UNION ALL
      SELECT 2, attnum, format('ALTER COLUMN %I SET DEFAULT %s', attname, expression)
      FROM wanted WHERE is_new AND attgenerated = '' AND expression IS NOT NULL
      UNION ALL
      SELECT 3, attnum, format('ALTER COLUMN %I TYPE %s', attname, type) FROM wanted WHERE has_other_type
      UNION ALL
      SELECT 4, attnum, format('ALTER COLUMN %I SET NOT NULL', attname) FROM wanted WHERE attnotnull AND NOT has_not_null
      UNION ALL
      SELECT 5, c.oid::bigint, format('ADD CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid))
      FROM pg_constraint c
      WHERE c.conrelid = parent AND c.contype = 'c' AND NOT EXISTS (SELECT FROM pg_constraint k
        WHERE k.conrelid = kept AND k.contype = 'c' AND k.conname = c.conname)
    )
    SELECT array_agg(steps.change ORDER BY step, position) INTO changes FROM steps;
    FOREACH change IN ARRAY coalesce(changes, '{}') LOOP
      EXECUTE format('ALTER TABLE %s ', kept) || change;
    END LOOP;
    changed := changed OR changes IS NOT NULL;
  END LOOP;
  RETURN changed;
EXCEPTION
  WHEN feature_not_supported OR data_exception OR integrity_constraint_violation
    OR syntax_error_or_access_rule_violation THEN
    PERFORM archive.raise_error('ZA004',
      format('%s does not fit into %s any more: %s', to_char(entry.month, 'YYYY-MM'), parent, SQLERRM),
      NULL, 'Change the archive table so that the month fits, and restore again; or take what you need out of the month''s table by SQL. Nothing was changed.');
    RETURN NULL;
END
$$;
ALTER FUNCTION archive.fit_from_bin(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.fit_from_bin(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.fit_from_bin(uuid) TO archive_owner;
COMMENT ON FUNCTION archive.fit_from_bin(uuid) IS
  'Gives the tables of an entry of archive.bin the columns, types and constraints that their archives have by now; whether anything was different. ZA004 if their rows do not fit. Waits at most 100 ms for a lock (55P03)';
