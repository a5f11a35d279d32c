coalesce(pg_column_size({value}), 0)
