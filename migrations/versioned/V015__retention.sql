-- archive_after, keep_for and object_keep_for are all counted from the row's time, so they can
-- contradict each other. What would leave the archive as soon as it has come, or keep an object longer than
-- the row that knows of it, is refused. NOT VALID: a policy that is there already stays as it is until it
-- is changed. Intervals compare with months of 30 days.
ALTER TABLE archive.policies
  ADD CONSTRAINT keep_for_is_longer_than_archive_after CHECK (keep_for > archive_after) NOT VALID,
  ADD CONSTRAINT object_keep_for_is_longer_than_archive_after CHECK (object_keep_for > archive_after) NOT VALID,
  ADD CONSTRAINT object_keep_for_is_at_most_keep_for CHECK (object_keep_for <= keep_for) NOT VALID;
COMMENT ON COLUMN archive.policies.archive_after IS
  'age at which a row leaves the live table, counted from the row''s time, by the database''s clock, in UTC';
COMMENT ON COLUMN archive.policies.keep_for IS
  'age at which a row leaves the archive, counted from the row''s time, not from when it was archived, so longer than archive_after; null keeps for ever';
COMMENT ON COLUMN archive.policies.object_keep_for IS
  'offload: age at which the object may go, counted from the row''s time; longer than archive_after and at most keep_for, as objects go with their metadata; null keeps it as long';
