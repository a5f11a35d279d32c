CREATE OR REPLACE FUNCTION archive.accept_columns(policy text)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  accepted bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM archive.policies p WHERE p.name = accept_columns.policy) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZA002',
      MESSAGE = format('there is no policy "%s"', accept_columns.policy),
      HINT = 'SELECT name FROM archive.policies lists them.';
  END IF;
  WITH now AS (
    SELECT was.position, was.number, a.attname::text AS name, archive.type_name(a.atttypid, a.atttypmod, a.attcollation) AS type
    FROM archive.archived_columns was
    JOIN archive.policy_tables t ON t.policy = was.policy AND t.position = was.position
    LEFT JOIN pg_attribute a ON a.attrelid = to_regclass(format('%I.%I', t.archive_schema, t.archive_table))
      AND a.attnum = was.number AND NOT a.attisdropped
    WHERE was.policy = accept_columns.policy AND (a.attname::text COLLATE "C", archive.type_name(a.atttypid, a.atttypmod, a.attcollation)) IS DISTINCT FROM (was.name, was.type)
  ),
  gone AS (
    DELETE FROM archive.archived_columns c USING now
    WHERE c.policy = accept_columns.policy AND c.position = now.position AND c.number = now.number AND now.name IS NULL
  ),
  changed AS (
    UPDATE archive.archived_columns c SET name = now.name, type = now.type, recorded_at = now()
    FROM now
    WHERE c.policy = accept_columns.policy AND c.position = now.position AND c.number = now.number AND now.name IS NOT NULL
  )
  SELECT count(*) INTO accepted FROM now;
  WITH lost AS (
    DELETE FROM archive.archived_properties was
    USING archive.policy_tables t
    WHERE was.policy = accept_columns.policy AND t.policy = was.policy AND t.position = was.position
      AND was.property <> ALL (ARRAY(SELECT archive.table_properties(to_regclass(format('%I.%I', t.archive_schema, t.archive_table)))))
    RETURNING was.property
  )
  SELECT accepted + count(*) INTO accepted FROM lost;
  RETURN accepted;
END
$$;
ALTER FUNCTION archive.accept_columns(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.accept_columns(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.accept_columns(text) TO archive_owner;
COMMENT ON FUNCTION archive.accept_columns(text) IS
  'Says that the columns of the policy''s archive tables are meant to be what they are now, though rows were archived when they had other names, types or places, and that the tables are without what they have lost of archive.archived_properties; how many. Audited. ZA002 if there is no such policy';
