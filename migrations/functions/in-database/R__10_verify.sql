CREATE OR REPLACE FUNCTION archive.verify(policy text)
RETURNS jsonb
LANGUAGE java
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC'
SET "DateStyle" = 'ISO, MDY'
SET "IntervalStyle" = postgres
SET extra_float_digits = 3
SET bytea_output = hex
SET lc_monetary = 'C'
SET quote_all_identifiers = off
SET lock_timeout = '500ms'
AS 'java.lang.String=dev.archivist.engine.ArchiveFunctions.verify(java.lang.String)';
ALTER FUNCTION archive.verify(text) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.verify(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.verify(text) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.verify(text) IS
  'Recomputes rows, bytes and digests from the archived data, month by month, and says where the ledger differs';
