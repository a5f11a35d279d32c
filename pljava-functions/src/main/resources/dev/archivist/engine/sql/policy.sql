SELECT policy_id, name, kind, source_schema, source_table, archive_schema, archive_table,
  time_column, batch_rows, enabled, value_column, key_column, file_column, size_column,
  format_column, object_prefix, codec
FROM archive.policies
WHERE name = ?
