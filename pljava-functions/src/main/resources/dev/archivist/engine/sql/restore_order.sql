SELECT (given.options ->> 'from')::timestamptz AS from_time, (given.options ->> 'to')::timestamptz AS to_time,
  (parse_ident(given.options ->> 'into'))[1] AS into_schema,
  (parse_ident(given.options ->> 'into'))[2] AS into_table,
  (given.options -> 'where')::text AS matching,
  nullif((given.options ->> 'hold')::interval, '0')::text AS hold
FROM (SELECT ?::jsonb AS options) AS given
