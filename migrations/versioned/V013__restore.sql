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

CREATE TABLE IF NOT EXISTS archive.stray_objects (
  location text PRIMARY KEY,
  policy text NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE archive.stray_objects IS
  'Objects that no row refers to any more and that are to be deleted; the next run, purge or restore of the policy does it';
ALTER TABLE archive.stray_objects OWNER TO archive_owner;
GRANT SELECT ON archive.stray_objects TO archive_operator, archive_reader;
GRANT INSERT, DELETE ON archive.stray_objects TO archive_operator;
