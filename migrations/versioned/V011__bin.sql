-- What is past its retention waits here before it is dropped.
CREATE SCHEMA archive_bin AUTHORIZATION archive_owner;
GRANT USAGE ON SCHEMA archive_bin TO archive_operator, archive_reader;
COMMENT ON SCHEMA archive_bin IS
  'Archivist: months of the archive that are past their retention; archive.bin says which and until when';

CREATE TABLE archive.bin (
  bin_id uuid PRIMARY KEY,
  policy text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  table_name text NOT NULL UNIQUE CHECK (octet_length(table_name) <= 63),
  partition_name text NOT NULL,
  -- detaching: taken off the ledger, on its way out of the archive; the next purge goes on with it
  -- binned:    in schema archive_bin as table_name, found to be what the ledger said
  -- restored:  back in the archive and in the ledger
  -- dropped:   gone
  state text NOT NULL CHECK (state IN ('detaching', 'binned', 'restored', 'dropped')),
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  source_rows bigint NOT NULL,
  oldest timestamptz,
  newest timestamptz,
  digest_a numeric NOT NULL,
  digest_b numeric NOT NULL,
  content text[] NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT now(),
  binned_at timestamptz,
  drop_after timestamptz,
  ended_at timestamptz,
  made_by name NOT NULL DEFAULT session_user,
  CONSTRAINT bin_says_until_when CHECK (state <> 'binned' OR (binned_at IS NOT NULL AND drop_after IS NOT NULL)),
  CONSTRAINT bin_says_when_it_ended CHECK ((state IN ('restored', 'dropped')) = (ended_at IS NOT NULL))
);
-- A month leaves the archive in one piece; rows that come late may follow it later.
CREATE UNIQUE INDEX ux_bin_detaching ON archive.bin (policy, month) WHERE state = 'detaching';
COMMENT ON TABLE archive.bin IS
  'Months that left the archive because they were past their retention, with what the ledger said of them';
COMMENT ON COLUMN archive.bin.table_name IS 'name in schema archive_bin: policy, month, day of the purge, part of bin_id';
COMMENT ON COLUMN archive.bin.partition_name IS 'name it had in the archive''s schema';
COMMENT ON COLUMN archive.bin.digest_a IS 'as the ledger had it when the month left; the table must still have it when it is dropped or restored';
COMMENT ON COLUMN archive.bin.content IS 'the columns that the digest covers, in their order';
COMMENT ON COLUMN archive.bin.drop_after IS 'when archivist bin empty, or the nightly purge, may drop it: binned_at and the policy''s bin_for';

-- Objects of binned reports: they stay as long as the metadata can come back.
CREATE TABLE archive.bin_objects (
  bin_id uuid NOT NULL REFERENCES archive.bin (bin_id),
  location text NOT NULL,
  PRIMARY KEY (bin_id, location)
);
CREATE INDEX ix_bin_objects_location ON archive.bin_objects (location);
COMMENT ON TABLE archive.bin_objects IS 'Where the objects of reports are whose metadata is in the bin';

CREATE TABLE archive.stray_objects (
  location text PRIMARY KEY,
  policy text NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE archive.stray_objects IS
  'Objects that no row refers to any more and that are to be deleted; the next run, purge or restore of the policy does it';

CREATE TABLE archive.expiring_objects (
  location text PRIMARY KEY,
  policy text NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE archive.expiring_objects IS
  'Objects whose reports say object_expires_at, but which the store has not been told of yet; the next purge does it';

ALTER TABLE "${app_schema}".reports_archive ADD COLUMN object_expires_at timestamptz;
COMMENT ON COLUMN "${app_schema}".reports_archive.object_expires_at IS
  'when the object was given free to be deleted, because the report is past the policy''s object_keep_for; null while it is kept';

ALTER TABLE archive.bin OWNER TO archive_owner;
ALTER TABLE archive.bin_objects OWNER TO archive_owner;
ALTER TABLE archive.stray_objects OWNER TO archive_owner;
ALTER TABLE archive.expiring_objects OWNER TO archive_owner;
GRANT SELECT ON archive.bin, archive.bin_objects, archive.stray_objects, archive.expiring_objects
  TO archive_operator, archive_reader;
GRANT INSERT, DELETE ON archive.stray_objects TO archive_operator;
