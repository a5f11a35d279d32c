-- For callers in SQL, who have times and not text.
CREATE OR REPLACE FUNCTION archive.begin_restore(policy text, from_time timestamptz, to_time timestamptz,
  options jsonb DEFAULT '{}')
RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN archive.begin_restore(policy, options || jsonb_build_object('from', from_time, 'to', to_time));
END
$$;
ALTER FUNCTION archive.begin_restore(text, timestamptz, timestamptz, jsonb) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.begin_restore(text, timestamptz, timestamptz, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.begin_restore(text, timestamptz, timestamptz, jsonb) TO archive_owner;
COMMENT ON FUNCTION archive.begin_restore(text, timestamptz, timestamptz, jsonb) IS
  'Opens a job that takes back the archived rows with from_time <= time < to_time; as archive.begin_restore(policy, options)';
