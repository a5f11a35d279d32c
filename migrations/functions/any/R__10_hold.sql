CREATE OR REPLACE FUNCTION archive.hold(policy text, from_time timestamptz DEFAULT NULL,
  to_time timestamptz DEFAULT NULL, matching jsonb DEFAULT NULL, until timestamptz DEFAULT NULL,
  reason text DEFAULT NULL, kind text DEFAULT 'legal',
  "table" regclass DEFAULT NULL)
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
AS $$
DECLARE
  made uuid;
  held smallint := 0;
BEGIN
  IF NOT EXISTS (SELECT FROM archive.policies p WHERE p.name = hold.policy) THEN
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
  IF NOT EXISTS (SELECT FROM archive.policy_tables t WHERE t.policy = hold.policy) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA003',
      MESSAGE = format('policy "%s" is invalid: it has no table', hold.policy),
      HINT = 'Add its tables to archive.policy_tables.';
  END IF;
  IF hold."table" IS NOT NULL THEN
    SELECT t.position INTO held
    FROM archive.policy_tables t
    WHERE t.policy = hold.policy AND hold."table" IN (
      to_regclass(format('%I.%I', t.source_schema, t.source_table)),
      to_regclass(format('%I.%I', t.archive_schema, t.archive_table)));
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'ZA041',
        MESSAGE = format('%s is not a table of policy "%s"', hold."table", hold.policy),
        HINT = 'SELECT * FROM archive.policy_tables lists them.';
    END IF;
  END IF;
  IF hold.until <= archive.clock() THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA041',
      MESSAGE = format('the hold would have ended at %s already', hold.until),
      HINT = 'Give a time in the future, or none.';
  END IF;
  INSERT INTO archive.holds (policy, kind, from_time, to_time, position, matching, until, reason, made_by)
  VALUES (hold.policy, hold.kind, hold.from_time, hold.to_time, held,
    archive.matching(hold.policy, hold.matching, held), hold.until,
    hold.reason, session_user)
  RETURNING hold_id INTO made;
  RETURN made;
END
$$;
ALTER FUNCTION archive.hold(text, timestamptz, timestamptz, jsonb, timestamptz, text, text, regclass) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.hold(text, timestamptz, timestamptz, jsonb, timestamptz, text, text, regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.hold(text, timestamptz, timestamptz, jsonb, timestamptz, text, text, regclass) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.hold(text, timestamptz, timestamptz, jsonb, timestamptz, text, text, regclass) IS
  'Keeps rows of a policy where they are, live or archived, from now on: those with from_time <= time < to_time that have all values of matching, or with a descendant in the given table that has them; until null holds until archive.release_hold. Waits for the batch in hand. ZA002, ZA003, ZA041';
