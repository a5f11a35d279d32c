pg_column_size(ROW({columns}))
