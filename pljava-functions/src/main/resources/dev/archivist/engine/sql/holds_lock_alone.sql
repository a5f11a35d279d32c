SELECT pg_catalog.pg_advisory_xact_lock(1095910217, ?) IS NOT NULL
