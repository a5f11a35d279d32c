-- Which engine the database has loaded. Empty where the engine runs in the runner.
CREATE TABLE archive.engine_jar (
  name text PRIMARY KEY,
  version text NOT NULL,
  sha256 char(64) NOT NULL,
  bytes bigint NOT NULL CHECK (bytes > 0),
  installed_at timestamptz NOT NULL DEFAULT now(),
  installed_by name NOT NULL DEFAULT session_user
);
ALTER TABLE archive.engine_jar OWNER TO archive_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON archive.engine_jar TO archive_owner;
GRANT SELECT ON archive.engine_jar TO archive_operator, archive_reader;
COMMENT ON TABLE archive.engine_jar IS 'The jar that PL/Java runs as the engine; empty on other databases';
COMMENT ON COLUMN archive.engine_jar.sha256 IS 'SHA-256 of the jar''s bytes, hexadecimal';

-- Whoever runs jobs or looks at them may also see which version the schema has.
GRANT SELECT ON archive.flyway_schema_history TO archive_owner, archive_operator, archive_reader;

REVOKE CREATE ON SCHEMA archive, "${app_schema}" FROM archive_auditor;
