CREATE OR REPLACE FUNCTION archive.offload_view_comment(policy archive.policies, table_name text)
RETURNS text
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format('Every row of %I, with its file here or its object in the store', table_name)
$$;
ALTER FUNCTION archive.offload_view_comment(archive.policies, text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.offload_view_comment(archive.policies, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.offload_view_comment(archive.policies, text) TO archive_owner;
COMMENT ON FUNCTION archive.offload_view_comment(archive.policies, text) IS
  'The comment of the unified view of archived files over this live table';
