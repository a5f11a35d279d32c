-- What a restore is asked for, in one form whoever asks: the same words give the same options, so
-- that a request is known again. Days and times without an offset are UTC.
CREATE OR REPLACE FUNCTION archive.restore_options(policy text, options jsonb)
RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
SET "DateStyle" = 'ISO, YMD'
SET "IntervalStyle" = 'postgres'
AS $$
DECLARE
  hint text := 'Give {"from": "2024-01-01", "to": "2024-02-01"}, and if need be "into", "where" and "hold".';
  unknown text;
  instant text := 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
  from_time timestamptz;
  to_time timestamptz;
  into_name text[];
  held interval;
  matching jsonb;
BEGIN
  IF NOT EXISTS (SELECT FROM archive.policies p WHERE p.name = restore_options.policy) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA002',
      MESSAGE = format('no policy is named "%s"', restore_options.policy),
      HINT = 'SELECT name FROM archive.policies lists them.';
  END IF;
  IF jsonb_typeof(options) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = format('what is to be restored cannot be understood: %s', coalesce(options::text, 'NULL')), HINT = hint;
  END IF;
  SELECT key INTO unknown FROM jsonb_object_keys(options) AS key
  WHERE key NOT IN ('from', 'to', 'into', 'where', 'hold');
  IF unknown IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = format('a restore knows no option "%s"', unknown), HINT = hint;
  END IF;
  BEGIN
    from_time := (options ->> 'from')::timestamptz;
    to_time := (options ->> 'to')::timestamptz;
    held := coalesce((options ->> 'hold')::interval,
      CASE WHEN options ->> 'into' IS NULL THEN interval '30 days' END);
    into_name := parse_ident(options ->> 'into');
  EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = format('what is to be restored cannot be understood: %s', lower(left(SQLERRM, 1)) || substr(SQLERRM, 2)),
      HINT = hint;
  END;
  IF from_time IS NULL OR to_time IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = 'a restore needs the times from which and to which', HINT = hint;
  END IF;
  IF NOT (from_time >= '0001-01-01Z' AND from_time < to_time AND to_time <= '9999-12-31 23:59:59Z') THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = format('there is nothing between %s and %s', options ->> 'from', options ->> 'to'),
      HINT = 'The beginning comes back, the end does not; let it be later, and both in the years 1 to 9999.';
  END IF;
  IF held < interval '0' OR (into_name IS NOT NULL AND held IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = CASE WHEN into_name IS NULL THEN format('nothing can be held for %s', options ->> 'hold')
        ELSE 'what is copied into a table stays archived, so there is nothing to hold' END,
      HINT = 'Give how long what comes back is held, such as "30 days"; "0" holds nothing.';
  END IF;
  IF cardinality(into_name) > 2 THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA015',
      MESSAGE = format('%s is not the name of a table', options ->> 'into'),
      HINT = 'Give a table of this database, with its schema or without.';
  END IF;
  IF cardinality(into_name) = 1 THEN
    into_name := ARRAY[(SELECT t.source_schema FROM archive.policy_tables t WHERE t.policy = restore_options.policy AND t.position = 0), into_name[1]];
  END IF;
  matching := archive.matching(policy, nullif(options -> 'where', 'null'));
  -- a null within "where" is a value that rows are matched by
  RETURN jsonb_strip_nulls(jsonb_build_object(
      'from', to_char(from_time, instant),
      'to', to_char(to_time, instant),
      'into', CASE WHEN into_name IS NOT NULL THEN format('%I.%I', into_name[1], into_name[2]) END,
      'hold', held))
    || CASE WHEN matching IS NULL THEN '{}' ELSE jsonb_build_object('where', matching) END;
END
$$;
ALTER FUNCTION archive.restore_options(text, jsonb) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.restore_options(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.restore_options(text, jsonb) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.restore_options(text, jsonb) IS
  'What a restore was asked for, checked and in one form: from, to, into, where, hold. ZA002, ZA015, ZA041';
