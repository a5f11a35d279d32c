SELECT pg_catalog.pg_advisory_xact_lock_shared(1095910217, ?) IS NOT NULL,
  current_setting('transaction_isolation')
