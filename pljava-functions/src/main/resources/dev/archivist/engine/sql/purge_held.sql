-- A daily value stands for a whole day, and a hold may begin within one: so a row that matches is held
-- wherever in the month it lies.
SELECT hold.reason
FROM archive.active_holds AS hold
WHERE hold.policy_id = ? AND hold.from_time < ? AND hold.to_time > ?
  AND (hold.matching IS NULL OR EXISTS (
    SELECT FROM {table} AS kept WHERE {which} AND pg_catalog.to_jsonb(kept.*) @> hold.matching))
ORDER BY hold.made_at
LIMIT 1
