-- One run of one policy. Users query this table; its columns keep their published names.
CREATE TABLE "${app_schema}".archive_jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  job_type varchar(50) NOT NULL,
  -- pending:   asked for with archive.request, no runner has taken it yet
  -- running:   a session works on it and holds the policy's advisory lock
  -- completed: every row older than the cutoff was handled, but for those that somebody held or
  --            changed at that moment: they are the next run's
  -- failed:    error_message says why; what its batches committed stays archived
  -- cancelled: told to stop; the next run goes on where it ended
  status varchar(50) NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  started_at timestamptz,
  completed_at timestamptz,
  records_processed bigint NOT NULL DEFAULT 0,
  records_archived bigint NOT NULL DEFAULT 0,
  records_deleted bigint NOT NULL DEFAULT 0,
  bytes_archived bigint NOT NULL DEFAULT 0,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  cutoff timestamptz,
  host varchar(20) CHECK (host IN ('runner', 'in-database')),
  batches bigint NOT NULL DEFAULT 0,
  requested_by name NOT NULL DEFAULT session_user,
  action varchar(20) NOT NULL DEFAULT 'run' CHECK (action IN ('run', 'plan', 'verify')),
  options jsonb NOT NULL DEFAULT '{}',
  session_pid integer,
  result jsonb,
  CONSTRAINT archive_jobs_pending_has_not_started CHECK ((status = 'pending') = (started_at IS NULL)),
  CONSTRAINT archive_jobs_open_has_not_completed CHECK ((status IN ('pending', 'running')) = (completed_at IS NULL))
);
CREATE INDEX ix_archive_jobs_started ON "${app_schema}".archive_jobs (started_at DESC);
CREATE INDEX ix_archive_jobs_open ON "${app_schema}".archive_jobs (job_type, created_at)
  WHERE status IN ('pending', 'running');
COMMENT ON TABLE "${app_schema}".archive_jobs IS 'One row for every run of a policy';
COMMENT ON COLUMN "${app_schema}".archive_jobs.job_type IS 'name of the policy';
COMMENT ON COLUMN "${app_schema}".archive_jobs.cutoff IS
  'rows older than this instant were handled; fixed when the job began';
COMMENT ON COLUMN "${app_schema}".archive_jobs.records_processed IS 'live rows that the job took';
COMMENT ON COLUMN "${app_schema}".archive_jobs.records_archived IS
  'rows that the archive gained; for a roll-up, daily values that are new';
COMMENT ON COLUMN "${app_schema}".archive_jobs.records_deleted IS 'live rows deleted';
COMMENT ON COLUMN "${app_schema}".archive_jobs.bytes_archived IS
  'bytes that left the live tier: rows by the size of their values, reports by their files'' sizes';
COMMENT ON COLUMN "${app_schema}".archive_jobs.host IS 'where the engine ran';

COMMENT ON COLUMN "${app_schema}".archive_jobs.session_pid IS
  'backend that runs the job and holds its policy''s lock';

COMMENT ON COLUMN "${app_schema}".archive_jobs.action IS
  'run archives; plan and verify, asked for where PL/Java is absent, leave their answer in result';
COMMENT ON COLUMN "${app_schema}".archive_jobs.result IS 'answer to a requested plan or verify';

-- The same rows under a name that does not depend on the application's schema.
CREATE VIEW archive.jobs AS SELECT * FROM "${app_schema}".archive_jobs;
COMMENT ON VIEW archive.jobs IS 'archive_jobs, wherever the application''s schema is';

-- How far a running job has come. Gone when the job is closed.
CREATE TABLE archive.job_progress (
  job_id uuid PRIMARY KEY,
  walk text NOT NULL CHECK (walk IN ('index', 'blocks')),
  position_time timestamptz,
  position_block bigint,
  end_block bigint,
  CHECK ((walk = 'index') = (position_time IS NOT NULL)),
  CHECK ((walk = 'blocks') = (position_block IS NOT NULL AND end_block IS NOT NULL))
);
COMMENT ON TABLE archive.job_progress IS 'Where the next batch of a running job begins';

-- What one transaction moved, by month of the moved rows.
CREATE TABLE archive.batches (
  batch_id uuid NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  policy text NOT NULL,
  job_id uuid NOT NULL,
  archived_at timestamptz NOT NULL,
  source_rows bigint NOT NULL,
  source_bytes bigint NOT NULL,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  oldest timestamptz NOT NULL,
  newest timestamptz NOT NULL,
  digest_a numeric NOT NULL,
  digest_b numeric NOT NULL,
  PRIMARY KEY (batch_id, month)
);
CREATE INDEX ix_batches_policy_month ON archive.batches (policy, month);
CREATE INDEX ix_batches_job ON archive.batches (job_id);
COMMENT ON TABLE archive.batches IS
  'One row for every batch and month: what left the live table (source_*), what the archive gained';

-- What the archive must hold, by month. Kept by the statement that moves the rows.
CREATE TABLE archive.ledger (
  policy text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  rows bigint NOT NULL CHECK (rows >= 0),
  bytes bigint NOT NULL CHECK (bytes >= 0),
  source_rows bigint NOT NULL CHECK (source_rows >= 0),
  oldest timestamptz NOT NULL,
  newest timestamptz NOT NULL,
  digest_a numeric NOT NULL,
  digest_b numeric NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (policy, month)
);
COMMENT ON TABLE archive.ledger IS
  'Rows, bytes, oldest, newest and content digest that each month of the archive must have';
COMMENT ON COLUMN archive.ledger.source_rows IS
  'live rows that the month stands for: the same as rows, but for roll-ups the number of samples';
COMMENT ON COLUMN archive.ledger.digest_a IS
  'sum over the rows of the first 64-bit hash of the row''s content; with digest_b independent of order';

ALTER TABLE "${app_schema}".archive_jobs OWNER TO archive_owner;
ALTER VIEW archive.jobs OWNER TO archive_owner;
ALTER TABLE archive.job_progress OWNER TO archive_owner;
ALTER TABLE archive.batches OWNER TO archive_owner;
ALTER TABLE archive.ledger OWNER TO archive_owner;

GRANT SELECT, INSERT, UPDATE ON "${app_schema}".archive_jobs, archive.jobs TO archive_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.job_progress TO archive_operator;
GRANT SELECT, INSERT ON archive.batches TO archive_operator;
GRANT SELECT, INSERT, UPDATE ON archive.ledger TO archive_operator;
GRANT SELECT ON "${app_schema}".archive_jobs, archive.jobs, archive.job_progress, archive.batches, archive.ledger
  TO archive_reader;
