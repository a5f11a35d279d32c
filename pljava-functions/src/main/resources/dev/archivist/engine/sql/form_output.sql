pg_catalog.textin({output}({value})) COLLATE "C"
