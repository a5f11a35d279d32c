CREATE OR REPLACE FUNCTION archive.release_hold(hold uuid)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE archive.holds h SET released_at = now(), released_by = session_user
  WHERE h.hold_id = release_hold.hold AND h.released_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA040',
      MESSAGE = format('no hold %s is in force', release_hold.hold),
      HINT = 'SELECT * FROM archive.active_holds lists them.';
  END IF;
END
$$;
ALTER FUNCTION archive.release_hold(uuid) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.release_hold(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.release_hold(uuid) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.release_hold(uuid) IS
  'Ends a hold: what it held is archived and purged again by its age. ZA040 if there is no such hold';
