-- For functions that change tables with the rights of archive_engine: what they run is nobody else's.
CREATE OR REPLACE FUNCTION archive.require_own_code(tables regclass[])
RETURNS void
LANGUAGE plpgsql
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  refusal record;
BEGIN
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    PERFORM archive.raise_error('ZA004',
      format('tables are not changed at isolation level %s: code that was added since the transaction began would not be seen', current_setting('transaction_isolation')),
      NULL, 'Do it at READ COMMITTED.');
  END IF;
  SELECT code.what, code.why, code.hint INTO refusal
  FROM (
    SELECT code.what, code.why, code.hint
    FROM archive.foreign_code('{}'::regclass[], '{}'::regclass[], '{}'::regclass[], tables) AS code
    UNION ALL
    SELECT format('%s is no table of an archive', c.oid::regclass), 'it would be changed', 'Look at archive.policy_tables and archive.bin_tables.'
    FROM pg_class c
    WHERE c.oid = ANY (tables) AND (c.relkind NOT IN ('r', 'p') OR pg_get_userbyid(c.relowner) IN ('archive_engine', 'archive_auditor'))
  ) AS code
  LIMIT 1;
  IF FOUND THEN
    PERFORM archive.raise_error('ZA004', format('%s: %s', refusal.what, refusal.why), NULL, refusal.hint);
  END IF;
END
$$;
ALTER FUNCTION archive.require_own_code(regclass[]) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.require_own_code(regclass[]) FROM PUBLIC;
COMMENT ON FUNCTION archive.require_own_code(regclass[]) IS
  'ZA004 if a change of the tables would run functions that others decide, as archive.foreign_code has them';
