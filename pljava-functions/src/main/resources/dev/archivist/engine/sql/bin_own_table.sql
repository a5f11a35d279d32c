ALTER TABLE {table} OWNER TO archive_owner
