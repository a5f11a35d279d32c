-- Which engine the database has loaded. Empty where the engine runs in the runner.
CREATE TABLE archive.engine_jar (
  name text PRIMARY KEY,
  version text NOT NULL,
  sha256 char(64) NOT NULL,
  bytes bigint NOT NULL CHECK (bytes > 0),
  installed_at timestamptz NOT NULL DEFAULT now(),
  installed_by name NOT NULL DEFAULT session_user
);
COMMENT ON TABLE archive.engine_jar IS 'The jar that PL/Java runs as the engine; empty on other databases';
COMMENT ON COLUMN archive.engine_jar.sha256 IS 'SHA-256 of the jar''s bytes, hexadecimal';
