-- The journal: what one transaction did to each month. The ledger follows from it: for each policy,
-- table and month it is the sum of the entries whose bin_id is null.
CREATE TABLE archive.batches (
  batch_id uuid NOT NULL,
  policy text NOT NULL,
  position smallint NOT NULL DEFAULT 0,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  origin uuid NOT NULL,
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
  bin_id uuid,
  PRIMARY KEY (batch_id, position, month, origin)
);
CREATE INDEX ix_batches_policy_month ON archive.batches (policy, month);
CREATE INDEX ix_batches_job ON archive.batches (job_id);
COMMENT ON TABLE archive.batches IS
  'One entry for every batch, table, month and origin: what left the live table (source_*), what the archive gained; negative where a restore took it back';
COMMENT ON COLUMN archive.batches.position IS 'which table of the policy; see archive.policy_tables';
COMMENT ON COLUMN archive.batches.origin IS
  'the batch that the rows carry as archive_batch_id; another than batch_id where rows were restored';
COMMENT ON COLUMN archive.batches.bin_id IS
  'entry of archive.bin whose tables hold the rows now; null while they are in the archive';

-- What the archive must hold. Kept by the statement that moves the rows.
CREATE TABLE archive.ledger (
  policy text NOT NULL,
  position smallint NOT NULL DEFAULT 0,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  rows bigint NOT NULL CHECK (rows >= 0),
  bytes bigint NOT NULL CHECK (bytes >= 0),
  source_rows bigint NOT NULL CHECK (source_rows >= 0),
  oldest timestamptz NOT NULL,
  newest timestamptz NOT NULL,
  digest_a numeric NOT NULL,
  digest_b numeric NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (policy, position, month)
);
COMMENT ON TABLE archive.ledger IS
  'Rows, bytes, oldest, newest and content digest that each month of each archive table must have';
COMMENT ON COLUMN archive.ledger.position IS 'which table of the policy; see archive.policy_tables';
COMMENT ON COLUMN archive.ledger.oldest IS 'of the times by which the month''s rows age: those of their roots';
COMMENT ON COLUMN archive.ledger.source_rows IS
  'live rows that the month stands for: the same as rows, but for roll-ups the number of samples';
COMMENT ON COLUMN archive.ledger.digest_a IS
  'sum over the rows of the first 64-bit hash of the row''s content; with digest_b independent of order';

-- A digest knows a column by its place. What stood there when rows were archived is written down, so that
-- columns that change their names with each other, or their types, are found.
CREATE TABLE archive.archived_columns (
  policy text NOT NULL,
  position smallint NOT NULL,
  number smallint NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  digested boolean NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (policy, position, number)
);
COMMENT ON TABLE archive.archived_columns IS
  'The columns of each archive table as they were when rows came; archive.accept_columns(policy) accepts what they are now';
COMMENT ON COLUMN archive.archived_columns.position IS 'which table of the policy; see archive.policy_tables';
COMMENT ON COLUMN archive.archived_columns.number IS 'place of the column in the table, as in pg_attribute.attnum';
COMMENT ON COLUMN archive.archived_columns.type IS 'as archive.type_name writes it';
COMMENT ON COLUMN archive.archived_columns.digested IS
  'of moved rows: whether the digest covers it, because rows bring it along, or nothing fills it';

-- A table that another one took the place of may have the same rows and columns.
CREATE TABLE archive.archived_properties (
  policy text NOT NULL,
  position smallint NOT NULL,
  property text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (policy, position, property)
);
COMMENT ON TABLE archive.archived_properties IS
  'What each archive table had when rows came, and must still have: owner, partition key, unique indexes, constraints; archive.accept_columns(policy) accepts what it has now';
COMMENT ON COLUMN archive.archived_properties.position IS 'which table of the policy; see archive.policy_tables';
COMMENT ON COLUMN archive.archived_properties.property IS 'as archive.table_properties writes it';
