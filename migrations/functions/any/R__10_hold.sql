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
  made uuid;
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
  IF hold.until <= coalesce(nullif(current_setting('archivist.now', true), '')::timestamptz, now()) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA041',
      MESSAGE = format('the hold would have ended at %s already', hold.until),
      HINT = 'Give a time in the future, or none.';
  END IF;
  INSERT INTO archive.holds (policy, kind, from_time, to_time, matching, until, reason, made_by)
  VALUES (hold.policy, hold.kind, hold.from_time, hold.to_time, archive.matching(hold.policy, hold.matching), hold.until,
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
