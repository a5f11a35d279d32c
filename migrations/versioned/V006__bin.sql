-- What is past its retention waits here before it is dropped.
CREATE SCHEMA archive_bin AUTHORIZATION archive_owner;
COMMENT ON SCHEMA archive_bin IS
  'Archivist: months of the archive that are past their retention; archive.bin says which and until when';

CREATE TABLE archive.bin (
  bin_id uuid PRIMARY KEY,
  policy text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  -- detaching: taken off the ledger, on its way out of the archive; the next purge continues with it
  -- binned:    in schema archive_bin, found to be what the ledger said
  -- restored:  back in the archive and in the ledger
  -- dropped:   gone
  state text NOT NULL CHECK (state IN ('detaching', 'binned', 'restored', 'dropped')),
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
  'Months that left the archive because they were past their retention; archive.bin_tables has their tables';
COMMENT ON COLUMN archive.bin.drop_after IS
  'when archivist bin empty, or the nightly purge, may drop it: binned_at and the policy''s bin_for';

CREATE TABLE archive.bin_tables (
  bin_id uuid NOT NULL REFERENCES archive.bin (bin_id) ON DELETE CASCADE,
  position smallint NOT NULL DEFAULT 0,
  table_name text NOT NULL UNIQUE CHECK (octet_length(table_name) <= 63),
  partition_name text NOT NULL,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  source_rows bigint NOT NULL,
  oldest timestamptz,
  newest timestamptz,
  digest_a numeric NOT NULL,
  digest_b numeric NOT NULL,
  content text[] NOT NULL,
  types text[] NOT NULL DEFAULT '{}',
  properties text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (bin_id, position)
);
COMMENT ON TABLE archive.bin_tables IS
  'The tables of a month in the bin, one for each table of the policy, with what the ledger said of them';
COMMENT ON COLUMN archive.bin_tables.position IS 'which table of the policy; see archive.policy_tables';
COMMENT ON COLUMN archive.bin_tables.table_name IS 'name in schema archive_bin: policy, month, day of the purge, part of bin_id';
COMMENT ON COLUMN archive.bin_tables.partition_name IS 'name it had in the archive''s schema';
COMMENT ON COLUMN archive.bin_tables.digest_a IS
  'as the ledger had it when the month left; the table must still have it when it is dropped or restored';
COMMENT ON COLUMN archive.bin_tables.content IS 'the columns that the digest covers, in their order';
COMMENT ON COLUMN archive.bin_tables.types IS 'their types, as archive.type_name writes them';
COMMENT ON COLUMN archive.bin_tables.properties IS
  'what else the table must have, as archive.table_properties writes it';
