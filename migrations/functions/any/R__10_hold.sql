CREATE OR REPLACE FUNCTION archive.hold(policy text, from_time timestamptz DEFAULT NULL,
  to_time timestamptz DEFAULT NULL, matching jsonb DEFAULT NULL, until timestamptz DEFAULT NULL,
  reason text DEFAULT NULL, kind text DEFAULT 'legal')
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
AS $$
DECLARE
  held archive.policies;
  item record;
  column_type text;
  normal_value jsonb;
  normal jsonb := '{}';
  made uuid;
BEGIN
  SELECT p.* INTO held FROM archive.policies p WHERE p.name = hold.policy;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA002',
      MESSAGE = format('no policy is named "%s"', hold.policy),
      HINT = 'SELECT name FROM archive.policies lists them.';
  END IF;
  IF coalesce(btrim(hold.reason), '') = '' THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA041',
      MESSAGE = 'a hold needs a reason', HINT = 'Say who asked for it, and where.';
  END IF;
  IF hold.from_time >= hold.to_time THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA041',
      MESSAGE = format('the range from %s to %s is empty', hold.from_time, hold.to_time),
      HINT = 'The end is not held any more; let it be later than the beginning.';
  END IF;
  IF hold.until <= coalesce(nullif(current_setting('archivist.now', true), '')::timestamptz, now()) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA041',
      MESSAGE = format('the hold would have ended at %s already', hold.until),
      HINT = 'Give a time in the future, or none.';
  END IF;
  IF jsonb_typeof(hold.matching) <> 'object' OR hold.matching = '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA041',
      MESSAGE = format('what the hold matches cannot be understood: %s', hold.matching),
      HINT = 'Give an object of columns and values: {"scenario_id": "..."}.';
  END IF;
  -- Values are compared as jsonb, so each is put into the form that its column's type writes.
  FOR item IN SELECT key, value, value #>> '{}' AS content FROM jsonb_each(hold.matching) LOOP
    SELECT format_type(a.atttypid, NULL) INTO column_type
    FROM pg_attribute a
    JOIN pg_attribute kept ON kept.attname = a.attname AND kept.atttypid = a.atttypid
      AND kept.attnum > 0 AND NOT kept.attisdropped
      AND kept.attrelid = to_regclass(format('%I.%I', held.archive_schema, held.archive_table))
    WHERE a.attrelid = to_regclass(format('%I.%I', held.source_schema, held.source_table))
      AND a.attname = item.key AND a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid IN ('bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype,
        'numeric'::regtype, 'text'::regtype, 'varchar'::regtype, 'uuid'::regtype)
      AND (held.kind <> 'rollup' OR a.attname::text = ANY (held.group_columns));
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA041',
        MESSAGE = format('a hold of policy "%s" cannot match by "%s"', held.name, item.key),
        HINT = CASE WHEN held.kind = 'rollup'
          THEN format('Columns of a series can be matched: %s.', array_to_string(held.group_columns, ', '))
          ELSE 'Boolean, number, text and uuid columns that both tables have can be matched; times are given as a range.'
          END;
    END IF;
    BEGIN
      EXECUTE format('SELECT to_jsonb(%L::%s)', item.content, column_type) INTO normal_value;
    EXCEPTION WHEN data_exception THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA041',
        MESSAGE = format('%s is no value of column "%s"', item.value, item.key),
        HINT = format('The column''s type is %s.', column_type);
    END;
    normal := normal || jsonb_build_object(item.key, coalesce(normal_value, 'null'));
  END LOOP;
  INSERT INTO archive.holds (policy, kind, from_time, to_time, matching, until, reason, made_by)
  VALUES (hold.policy, hold.kind, hold.from_time, hold.to_time, nullif(normal, '{}'), hold.until,
    hold.reason, session_user)
  RETURNING hold_id INTO made;
  RETURN made;
END
$$;
ALTER FUNCTION archive.hold(text, timestamptz, timestamptz, jsonb, timestamptz, text, text) OWNER TO archive_owner;
REVOKE ALL ON FUNCTION archive.hold(text, timestamptz, timestamptz, jsonb, timestamptz, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.hold(text, timestamptz, timestamptz, jsonb, timestamptz, text, text) TO archive_operator;
COMMENT ON FUNCTION archive.hold(text, timestamptz, timestamptz, jsonb, timestamptz, text, text) IS
  'Keeps rows of a policy where they are, live or archived, from now on: those with from_time <= time < to_time that have all values of matching; until null holds until archive.release_hold. Waits for the batch in hand. ZA002, ZA041';
