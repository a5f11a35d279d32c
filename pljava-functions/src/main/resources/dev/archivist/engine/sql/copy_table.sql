CREATE TABLE {target} AS SELECT {columns} FROM {archive} AS kept WITH NO DATA
