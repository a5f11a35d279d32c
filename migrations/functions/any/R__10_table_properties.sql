-- As texts, so that they can be compared after a dump was restored: there a table has another oid.
CREATE OR REPLACE FUNCTION archive.table_properties(relation regclass)
RETURNS SETOF text
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
-- constants of an expression are written as the session writes values: those of the engine's output_settings
SET quote_all_identifiers = off
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, MDY'
SET IntervalStyle = 'postgres'
SET extra_float_digits = 3
SET bytea_output = 'hex'
SET lc_monetary = 'C'
AS $$
  SELECT format('OWNER %I', pg_get_userbyid(c.relowner)) FROM pg_class c WHERE c.oid = relation
  UNION ALL
  SELECT 'LOGGED' FROM pg_class c WHERE c.oid = relation AND c.relpersistence = 'p'
  UNION ALL
  SELECT 'PARTITION BY ' || pg_get_partkeydef(c.oid) FROM pg_class c WHERE c.oid = relation AND c.relkind = 'p'
  UNION ALL
  -- with collations, operator classes and NULLS NOT DISTINCT, without its own name, the table's and how full its pages are
  SELECT DISTINCT 'UNIQUE' || regexp_replace(
    substr(whole.text, strpos(whole.text, ' USING btree (') + length(' USING btree')), ' WITH [(][^()]*[)]', '')
  FROM pg_index i, LATERAL pg_get_indexdef(i.indexrelid) AS whole (text)
  WHERE i.indrelid = relation AND i.indisunique AND i.indisvalid
  UNION ALL
  SELECT DISTINCT format('CHECK (%s)', pg_get_expr(k.conbin, k.conrelid)) FROM pg_constraint k
  WHERE k.conrelid = relation AND k.contype = 'c' AND k.convalidated
  UNION ALL
  SELECT DISTINCT pg_get_constraintdef(k.oid) FROM pg_constraint k
  WHERE k.conrelid = relation AND k.contype IN ('f', 'x') AND k.convalidated
$$;
ALTER FUNCTION archive.table_properties(regclass) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.table_properties(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.table_properties(regclass) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.table_properties(regclass) IS
  'What makes an archive table what it is, besides its columns: owner, whether it is logged, partition key, unique indexes, constraints; one text each';
