-- Objects of binned reports: they stay as long as the metadata can come back.
CREATE TABLE archive.bin_objects (
  bin_id uuid NOT NULL REFERENCES archive.bin (bin_id),
  location text NOT NULL,
  PRIMARY KEY (bin_id, location)
);
CREATE INDEX ix_bin_objects_location ON archive.bin_objects (location);
COMMENT ON TABLE archive.bin_objects IS 'Where the objects of reports are whose metadata is in the bin';

-- Objects have a bin as rows have. What a restore leaves and what is past its retention waits in the
-- store for the policy's bin_for; objects of months that were dropped from the bin have had their time.
CREATE TABLE archive.stray_objects (
  location text PRIMARY KEY,
  policy text NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  drop_after timestamptz NOT NULL DEFAULT archive.clock(),
  report uuid,
  file text,
  content_bytes bigint,
  content_sha256 text,
  CONSTRAINT restored_report_is_known_whole CHECK (num_nulls(report, file, content_bytes, content_sha256) IN (0, 4))
);
COMMENT ON TABLE archive.stray_objects IS
  'Objects that no row refers to any more; after drop_after the next run, purge or restore of the policy deletes them';
COMMENT ON COLUMN archive.stray_objects.drop_after IS
  'when it may be deleted: bin_for of its policy after a restore left it; at once where it had its time in the bin';

COMMENT ON COLUMN archive.stray_objects.report IS
  'the report that a restore brought back from it: the object stays while that live report misses its file; null where a report was dropped from the bin';
COMMENT ON COLUMN archive.stray_objects.file IS 'the path that the restored report had';
COMMENT ON COLUMN archive.stray_objects.content_sha256 IS 'what the restored file held, with content_bytes';

CREATE TABLE archive.expiring_objects (
  location text PRIMARY KEY,
  policy text NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  drop_after timestamptz NOT NULL DEFAULT archive.clock()
);
COMMENT ON TABLE archive.expiring_objects IS
  'Objects whose reports say object_expires_at, but which the store has not been told of yet; after drop_after the next purge does it';
COMMENT ON COLUMN archive.expiring_objects.drop_after IS
  'object_expires_at of its report: bin_for of its policy after a purge found the object past object_keep_for';

CREATE TABLE archive.released_objects (
  policy text,
  location text,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (policy, location)
);
COMMENT ON TABLE archive.released_objects IS
  'What purges have said of object_expires_at, for as long as the report has it; verify compares the two';
