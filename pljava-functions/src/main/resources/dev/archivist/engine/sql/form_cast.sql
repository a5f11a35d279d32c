{value}::text COLLATE "C"
