SELECT count(*)
FROM {source} AS live
WHERE live.{time} >= ? AND live.{time} < ? AND live.{detail} <> '{}'::jsonb
