-- Called by every job that archives rows.
CREATE OR REPLACE FUNCTION archive.record_columns(policy_name text)
RETURNS bigint
LANGUAGE plpgsql
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  recorded bigint;
BEGIN
  INSERT INTO archive.archived_columns (policy, position, number, name, type, digested)
  SELECT t.policy, t.position, a.attnum, a.attname, archive.type_name(a.atttypid, a.atttypmod, a.attcollation),
    NOT (a.atthasdef OR a.attidentity <> '')
      OR EXISTS (
        SELECT FROM pg_attribute live
        WHERE live.attrelid = to_regclass(format('%I.%I', t.source_schema, t.source_table))
          AND live.attname = a.attname AND live.attnum > 0 AND NOT live.attisdropped)
  FROM archive.policy_tables t
  JOIN pg_attribute a ON a.attrelid = to_regclass(format('%I.%I', t.archive_schema, t.archive_table))
    AND a.attnum > 0 AND NOT a.attisdropped
  WHERE t.policy = policy_name
  ON CONFLICT ON CONSTRAINT archived_columns_pkey DO NOTHING;
  GET DIAGNOSTICS recorded = ROW_COUNT;
  INSERT INTO archive.archived_properties (policy, position, property)
  SELECT t.policy, t.position, p.property
  FROM archive.policy_tables t,
    archive.table_properties(to_regclass(format('%I.%I', t.archive_schema, t.archive_table))) AS p (property)
  WHERE t.policy = policy_name
  ON CONFLICT ON CONSTRAINT archived_properties_pkey DO NOTHING;
  RETURN recorded;
END
$$;
ALTER FUNCTION archive.record_columns(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.record_columns(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.record_columns(text) TO archive_owner, archive_operator;
COMMENT ON FUNCTION archive.record_columns(text) IS
  'Writes down those columns and properties of the policy''s archive tables that archive.archived_columns and archive.archived_properties do not know; how many columns';
