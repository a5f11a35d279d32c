INSERT INTO {archive} ({columns})
OVERRIDING SYSTEM VALUE
SELECT {columns} FROM {table}
