-- What only an archive has, and how a live row shows it. Columns without a place of their own come last.
CREATE OR REPLACE FUNCTION archive.rollup_view_columns(policy archive.policies)
RETURNS TABLE (name text, live_value text, before_is_archived boolean)
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  WITH value AS (
    SELECT format('live.%I', policy.settings ->> 'value') AS name, archive.underlying_type(a.atttypid)::regtype::text AS type
    FROM archive.policy_tables t
    JOIN pg_attribute a ON a.attrelid = to_regclass(format('%I.%I', t.source_schema, t.source_table))
      AND a.attname = policy.settings ->> 'value' AND NOT a.attisdropped
    WHERE t.policy = policy.name AND t.position = 0
  ),
  sample AS (
    SELECT value.name,
      -- the cast of a real number to numeric would keep 15 digits
      CASE WHEN type IN ('real', 'double precision') THEN value.name || '::text::numeric' ELSE value.name || '::numeric' END AS number,
      type IN ('real', 'double precision', 'numeric') AS may_be_none
    FROM value
  )
  SELECT 'is_aggregated', 'false', true
  UNION ALL
  SELECT 'sample_count', '1', false
  UNION ALL
  SELECT extra.name, CASE WHEN sample.may_be_none THEN extra.guarded ELSE extra.plain END, false
  FROM sample, LATERAL (VALUES
    ('value_sum', sample.number, format('CASE WHEN %s IN (''NaN'', ''Infinity'', ''-Infinity'') THEN 0 ELSE %s END', sample.name, sample.number)),
    ('value_min', sample.name, format('CASE WHEN %1$s NOT IN (''NaN'', ''Infinity'', ''-Infinity'') THEN %1$s END', sample.name)),
    ('value_max', sample.name, format('CASE WHEN %1$s NOT IN (''NaN'', ''Infinity'', ''-Infinity'') THEN %1$s END', sample.name)),
    ('nan_count', 'NULL::integer', format('CASE WHEN %s = ''NaN'' THEN 1 END', sample.name)),
    ('infinity_count', 'NULL::integer', format('CASE WHEN %s = ''Infinity'' THEN 1 END', sample.name)),
    ('minus_infinity_count', 'NULL::integer', format('CASE WHEN %s = ''-Infinity'' THEN 1 END', sample.name))
  ) AS extra (name, plain, guarded)
$$;
COMMENT ON FUNCTION archive.rollup_view_columns(archive.policies) IS
  'Columns that the unified view of a roll-up has besides, each with its value in a live row';

CREATE OR REPLACE FUNCTION archive.offload_view_columns(policy archive.policies)
RETURNS TABLE (name text, live_value text, before_is_archived boolean)
LANGUAGE sql
IMMUTABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  VALUES ('s3_location', 'NULL', true), ('deleted_locally', 'false', true)
$$;
COMMENT ON FUNCTION archive.offload_view_columns(archive.policies) IS
  'Columns that the unified view of archived files has besides, each with its value in a live row';

-- One view a table of the policy: every row, live or archived, exactly once. It shows the live table's columns
-- as they are by now, so it is made anew when they change.
CREATE OR REPLACE FUNCTION archive.make_unified_views(policy_name text)
RETURNS text[]
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rule archive.policies;
  family record;
  extras text := 'SELECT NULL::text AS name, NULL::text AS live_value, NULL::boolean AS before_is_archived WHERE false';
  live regclass;
  kept regclass;
  live_columns text;
  kept_columns text;
  view_name text;
  is_new boolean;
  view_comment text;
  definition text;
  made text[] := '{}';
BEGIN
  SELECT p.* INTO rule FROM archive.policies p WHERE p.name = policy_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA002',
      MESSAGE = format('no policy is named "%s"', policy_name),
      HINT = 'SELECT name FROM archive.policies lists them.';
  END IF;
  IF to_regprocedure(format('archive.%I(archive.policies)', rule.kind || '_view_columns')) IS NOT NULL THEN
    extras := format('SELECT * FROM archive.%I($1)', rule.kind || '_view_columns');
  END IF;
  FOR family IN SELECT t.* FROM archive.policy_tables t WHERE t.policy = policy_name ORDER BY t.position LOOP
    live := to_regclass(format('%I.%I', family.source_schema, family.source_table));
    kept := to_regclass(format('%I.%I', family.archive_schema, family.archive_table));
    IF live IS NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA011',
        MESSAGE = format('there is no live table %I.%I', family.source_schema, family.source_table),
        HINT = 'Make it, or correct archive.policy_tables, and make the views again.';
    ELSIF kept IS NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA003',
        MESSAGE = format('there is no archive table %I.%I', family.archive_schema, family.archive_table),
        HINT = 'Make it, or correct archive.policy_tables, and make the views again.';
    ELSIF NOT has_schema_privilege(family.source_schema, 'CREATE') THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA012',
        MESSAGE = format('archive_owner may not make views in schema %I', family.source_schema),
        HINT = format('GRANT USAGE, CREATE ON SCHEMA %I TO archive_owner; and make the views again.', family.source_schema);
    END IF;
    EXECUTE format($query$
      WITH live AS (
        SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) AS type
        FROM pg_attribute a WHERE a.attrelid = $2 AND a.attnum > 0 AND NOT a.attisdropped
      ),
      kept AS (
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type
        FROM pg_attribute a WHERE a.attrelid = $3 AND a.attnum > 0 AND NOT a.attisdropped
      ),
      columns (place, live_value, kept_value) AS (
        SELECT live.attnum::bigint, format('live.%%I', live.attname),
          CASE WHEN kept.attname IS NULL THEN format('NULL::%%s AS %%I', live.type, live.attname)
            ELSE format('kept.%%I', live.attname) END
        FROM live LEFT JOIN kept ON kept.attname = live.attname
        UNION ALL
        SELECT 2000, 'NULL::timestamptz AS archived_at', 'kept.archived_at'
        UNION ALL
        SELECT CASE WHEN extra.before_is_archived THEN 2000 ELSE 4000 END + extra.place,
          format('%%s%%s AS %%I', extra.live_value, CASE WHEN extra.live_value = 'NULL' THEN '::' || kept.type ELSE '' END, extra.name),
          format('kept.%%I', extra.name)
        FROM (SELECT e.*, row_number() OVER () AS place FROM (%s) AS e) AS extra
        JOIN kept ON kept.attname = extra.name
        UNION ALL
        SELECT 3000, 'false AS is_archived', 'true AS is_archived'
      )
      SELECT string_agg(live_value, ', ' ORDER BY place), string_agg(kept_value, ', ' ORDER BY place) FROM columns
    $query$, extras)
    INTO live_columns, kept_columns
    USING rule, live, kept;
    -- a name has at most 63 bytes, which may be fewer characters
    view_name := format('v_%s_all', family.source_table);
    WHILE octet_length(view_name) > 63 LOOP
      view_name := format('v_%s_all', left(family.source_table, length(view_name) - 7));
    END LOOP;
    -- Ours is what belongs to archive_engine and reads both tables.
    IF EXISTS (
      SELECT FROM pg_class c
      WHERE c.oid = to_regclass(format('%I.%I', family.source_schema, view_name))
        AND (c.relkind <> 'v' OR c.relowner <> 'archive_engine'::regrole OR 2 > (
          SELECT count(DISTINCT d.refobjid)
          FROM pg_rewrite r
          JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
          WHERE r.ev_class = c.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid IN (live, kept))))
    THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA004',
        MESSAGE = format('%I.%I is there already, and is not Archivist''s view of %I.%I',
          family.source_schema, view_name, family.source_schema, family.source_table),
        HINT = 'Nothing was changed. Rename or drop it, and make the views again; or do without this policy''s views.';
    END IF;
    definition := format('VIEW %I.%I WITH (security_invoker = true) AS SELECT %s FROM %I.%I AS live UNION ALL SELECT %s FROM %I.%I AS kept',
      family.source_schema, view_name, live_columns, family.source_schema, family.source_table,
      kept_columns, family.archive_schema, family.archive_table);
    is_new := to_regclass(format('%I.%I', family.source_schema, view_name)) IS NULL;
    BEGIN
      EXECUTE 'CREATE OR REPLACE ' || definition;
    EXCEPTION WHEN invalid_table_definition THEN
      -- a column was dropped, renamed or got another type
      EXECUTE format('DROP VIEW %I.%I', family.source_schema, view_name);
      EXECUTE 'CREATE ' || definition;
      is_new := true;
    END;
    IF is_new THEN
      -- what default privileges gave
      PERFORM archive.revoke_all(format('%I.%I', family.source_schema, view_name)::regclass);
    END IF;
    view_comment := format('Every row of %I, live or archived, exactly once', family.source_table);
    IF to_regprocedure(format('archive.%I(archive.policies, text)', rule.kind || '_view_comment')) IS NOT NULL THEN
      EXECUTE format('SELECT archive.%I($1, $2)', rule.kind || '_view_comment') INTO view_comment USING rule, family.source_table;
    END IF;
    EXECUTE format('GRANT SELECT ON %I.%I TO archive_owner, archive_operator, archive_reader', family.source_schema, view_name);
    EXECUTE format('COMMENT ON VIEW %I.%I IS %L', family.source_schema, view_name, view_comment);
    made := made || format('%I.%I', family.source_schema, view_name);
  END LOOP;
  RETURN made;
END
$$;

-- For those who change the schema: one policy that cannot have its views does not keep the others from theirs.
CREATE OR REPLACE FUNCTION archive.make_unified_views()
RETURNS TABLE (policy text, problem text, hint text)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  FOR policy IN SELECT p.name FROM archive.policies p ORDER BY p.name LOOP
    BEGIN
      PERFORM archive.make_unified_views(policy);
    EXCEPTION
      WHEN lock_not_available OR transaction_rollback THEN
        RAISE;
      WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
        RETURN NEXT;
    END;
  END LOOP;
END
$$;

ALTER FUNCTION archive.rollup_view_columns(archive.policies) OWNER TO archive_engine;
ALTER FUNCTION archive.offload_view_columns(archive.policies) OWNER TO archive_engine;
ALTER FUNCTION archive.make_unified_views(text) OWNER TO archive_engine;
ALTER FUNCTION archive.make_unified_views() OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.rollup_view_columns(archive.policies), archive.offload_view_columns(archive.policies),
  archive.make_unified_views(text), archive.make_unified_views() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.make_unified_views() TO archive_owner;
GRANT EXECUTE ON FUNCTION archive.make_unified_views(text) TO archive_owner;
GRANT EXECUTE ON FUNCTION archive.offload_view_columns(archive.policies) TO archive_owner;
GRANT EXECUTE ON FUNCTION archive.rollup_view_columns(archive.policies) TO archive_owner;
COMMENT ON FUNCTION archive.make_unified_views(text) IS
  'Makes the unified view of each table of the policy, v_<table>_all beside the live table, or makes it anew; their names. Another view or table of that name is left alone. For members of archive_owner. ZA002, ZA003, ZA004, ZA011, ZA012';
COMMENT ON FUNCTION archive.make_unified_views() IS
  'Makes the unified views of every policy, or makes them anew, as archivist migrate does; gives the policies that cannot have theirs, and why. For members of archive_owner';
