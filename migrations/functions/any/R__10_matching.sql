-- What a hold or a restore matches rows by. It is compared as jsonb with the row, so each value is
-- put into the form that its column's type writes.
CREATE OR REPLACE FUNCTION archive.matching(policy text, matching jsonb, table_position smallint DEFAULT 0)
RETURNS jsonb
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rule archive.policies;
  held archive.policy_tables;
  kind_columns text[];
  item record;
  column_type text;
  normal_value jsonb;
  normal jsonb := '{}';
BEGIN
  IF matching.matching IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT t.* INTO held FROM archive.policy_tables t
  WHERE t.policy = matching.policy AND t.position = table_position;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA002',
      MESSAGE = format('no policy is named "%s"', matching.policy),
      HINT = 'SELECT name FROM archive.policies lists them.';
  END IF;
  IF jsonb_typeof(matching.matching) <> 'object' OR matching.matching = '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA041',
      MESSAGE = format('what rows are matched by cannot be understood: %s', matching.matching),
      HINT = 'Give an object of columns and values: {"scenario_id": "..."}.';
  END IF;
  SELECT p.* INTO rule FROM archive.policies p WHERE p.name = matching.policy;
  IF to_regprocedure(format('archive.%I(archive.policies)', rule.kind || '_matching_columns')) IS NOT NULL THEN
    EXECUTE format('SELECT archive.%I($1)', rule.kind || '_matching_columns') INTO kind_columns USING rule;
  END IF;
  FOR item IN SELECT key, value, value #>> '{}' AS content FROM jsonb_each(matching.matching) LOOP
    SELECT format_type(a.atttypid, NULL) INTO column_type
    FROM pg_attribute a
    JOIN pg_attribute kept ON kept.attname = a.attname AND kept.atttypid = a.atttypid
      AND kept.attnum > 0 AND NOT kept.attisdropped
      AND kept.attrelid = to_regclass(format('%I.%I', held.archive_schema, held.archive_table))
    WHERE a.attrelid = to_regclass(format('%I.%I', held.source_schema, held.source_table))
      AND a.attname = item.key AND a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid IN ('bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype,
        'numeric'::regtype, 'text'::regtype, 'varchar'::regtype, 'uuid'::regtype)
      AND (kind_columns IS NULL OR a.attname::text = ANY (kind_columns));
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA041',
        MESSAGE = format('rows of policy "%s" cannot be matched by "%s"', rule.name, item.key),
        HINT = 'Boolean, number, text and uuid columns that both tables have can be matched; times are given as a range.'
          || CASE WHEN kind_columns IS NULL THEN ''
            ELSE format(' Of them a policy of kind %s takes only these: %s.', rule.kind, array_to_string(kind_columns, ', ')) END;
    END IF;
    BEGIN
      EXECUTE format('SELECT to_jsonb(%L::%s)', item.content, column_type) INTO normal_value;
    EXCEPTION WHEN data_exception THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA041',
        MESSAGE = format('%s is not a value of column "%s"', item.value, item.key),
        HINT = format('The column''s type is %s.', column_type);
    END;
    normal := normal || jsonb_build_object(item.key, coalesce(normal_value, 'null'));
  END LOOP;
  RETURN normal;
END
$$;
ALTER FUNCTION archive.matching(text, jsonb, smallint) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.matching(text, jsonb, smallint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.matching(text, jsonb, smallint) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.matching(text, jsonb, smallint) IS
  'Columns and values that rows of a table of the policy are matched by, in the form that jsonb compares them in; null stays null. ZA002, ZA041';
