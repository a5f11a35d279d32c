-- PostgreSQL copies a row as it is where both tables have the same columns. One that is older than a
-- column, and so is stored without it, would get the default that the column has in the other table.
-- Behind a join it is built anew.
INSERT INTO {archive} ({columns})
OVERRIDING SYSTEM VALUE
SELECT {values} FROM {table} AS kept, generate_series(1, 1) AS once
