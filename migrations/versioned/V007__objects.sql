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

ALTER TABLE archive.bin_objects OWNER TO archive_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.bin_objects TO archive_owner;
ALTER TABLE archive.stray_objects OWNER TO archive_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.stray_objects TO archive_owner;
ALTER TABLE archive.expiring_objects OWNER TO archive_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.expiring_objects TO archive_owner;
GRANT SELECT ON archive.bin_objects, archive.stray_objects, archive.expiring_objects
  TO archive_operator, archive_reader;
GRANT INSERT, DELETE ON archive.stray_objects TO archive_operator;
