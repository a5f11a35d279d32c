-- A restore puts rows back into the live tables. Nobody but a member of archive_owner may do that:
-- what an operator may take out of the archive, an operator may lose.
DO $$
DECLARE
  live text;
BEGIN
  FOREACH live IN ARRAY ARRAY['scenario_logs', 'scenario_metrics', 'reports'] LOOP
    IF to_regclass(format('%I.%I', '${app_schema}', live)) IS NOT NULL THEN
      EXECUTE format('GRANT INSERT ON %I.%I TO archive_owner', '${app_schema}', live);
    END IF;
  END LOOP;
END
$$;

COMMENT ON COLUMN "${app_schema}".archive_jobs.records_processed IS
  'live rows that the job took; for a restore, archived rows that it gave back or copied';
