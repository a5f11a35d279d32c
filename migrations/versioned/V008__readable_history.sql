-- Whoever runs jobs or looks at them may also see which version the schema has.
GRANT SELECT ON archive.flyway_schema_history TO archive_operator, archive_reader;
