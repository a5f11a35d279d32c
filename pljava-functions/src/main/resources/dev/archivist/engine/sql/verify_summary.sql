SELECT jsonb_build_object(
  'policy', ?::text,
  'ok', coalesce(bool_and((month ->> 'ok')::boolean), true),
  'rows', coalesce(sum((month ->> 'rows')::bigint), 0),
  'months', coalesce(jsonb_agg(month ORDER BY position), '[]'))::text
FROM jsonb_array_elements(?::jsonb) WITH ORDINALITY AS months (month, position)
