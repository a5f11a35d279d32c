-- Batches become a journal from which the ledger follows: for each policy and month the ledger is
-- the sum of the entries whose bin_id is null. What a restore takes out of the archive again is an
-- entry with negative numbers, and origin says from which batch the rows had come.
ALTER TABLE archive.batches ADD COLUMN origin uuid;
UPDATE archive.batches SET origin = batch_id;
ALTER TABLE archive.batches ALTER COLUMN origin SET NOT NULL;
ALTER TABLE archive.batches ADD COLUMN bin_id uuid;
ALTER TABLE archive.batches DROP CONSTRAINT batches_pkey;
ALTER TABLE archive.batches ADD PRIMARY KEY (batch_id, month, origin);
CREATE INDEX ix_batches_origin ON archive.batches (origin, month);
COMMENT ON TABLE archive.batches IS
  'One entry for every batch, month and origin: what left the live table (source_*), what the archive gained; negative where a restore took it back';
COMMENT ON COLUMN archive.batches.origin IS
  'the batch that the rows carry as archive_batch_id; another than batch_id where rows were restored';
COMMENT ON COLUMN archive.batches.bin_id IS 'entry of archive.bin whose table holds the rows now; null while they are in the archive';

ALTER TABLE archive.policies
  ADD COLUMN bin_for interval NOT NULL DEFAULT interval '30 days' CHECK (bin_for >= interval '0'),
  ADD COLUMN object_keep_for interval CHECK (object_keep_for > interval '0'),
  ADD CONSTRAINT only_offload_keeps_objects CHECK (kind = 'offload' OR object_keep_for IS NULL);
COMMENT ON COLUMN archive.policies.bin_for IS
  'how long what is past keep_for waits in the bin before it is dropped';
COMMENT ON COLUMN archive.policies.object_keep_for IS
  'offload: retention of the object, counted from the report''s time; null keeps it as long as its metadata';
UPDATE archive.policies SET object_keep_for = interval '3 years' WHERE name = 'reports' AND kind = 'offload';

ALTER TABLE "${app_schema}".archive_jobs DROP CONSTRAINT archive_jobs_action_check;
ALTER TABLE "${app_schema}".archive_jobs ADD CONSTRAINT archive_jobs_action_check
  CHECK (action IN ('run', 'plan', 'verify', 'restore', 'purge'));
COMMENT ON COLUMN "${app_schema}".archive_jobs.action IS
  'run archives, restore takes back, purge ends what is past its retention; plan and verify, asked for where PL/Java is absent, leave their answer in result';
