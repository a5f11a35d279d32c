-- The settings under which pg_dump reads values as text: without loss, and always the same.
SELECT set_config('DateStyle', 'ISO, MDY', true),
  set_config('IntervalStyle', 'postgres', true),
  set_config('TimeZone', 'UTC', true),
  set_config('extra_float_digits', '3', true),
  set_config('bytea_output', 'hex', true),
  set_config('lc_monetary', 'C', true),
  set_config('quote_all_identifiers', 'off', true),
  set_config('search_path', 'pg_catalog, pg_temp', true)
