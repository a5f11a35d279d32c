-- A sequential scan of a large table begins where another one is at the moment, and a parallel one
-- has no order at all: a walk through blocks would skip what lies before. Until the transaction ends.
SELECT pg_catalog.set_config('synchronize_seqscans', 'off', true),
  pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)
