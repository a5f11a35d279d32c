-- What is to stay where it is.

-- name: row_is_held
-- Not joined to the rows, which OFFSET sees to: a statement that waited for a row and finds it changed asks its new
-- version alone, and takes what was joined to the old one, or the lack of it, as it was.
-- See https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/executor/README, EvalPlanQual.
EXISTS (
    SELECT
    FROM pg_catalog.unnest(ARRAY(
      SELECT binding FROM archive.binding_holds AS binding
      WHERE binding.policy_id = "{policy_id}" AND binding.position = 0)) AS hold
    WHERE "{alias}"."{time}" >= hold.from_time AND "{alias}"."{time}" < hold.to_time
      AND (hold.matching IS NULL OR pg_catalog.to_jsonb("{alias}".*) @> hold.matching)
    OFFSET 0
  )

-- name: descendant_is_held
EXISTS (
    SELECT
    FROM pg_catalog.unnest(ARRAY(
      SELECT binding FROM archive.binding_holds AS binding
      WHERE binding.policy_id = "{policy_id}" AND binding.position = "{position}")) AS hold
    WHERE "{alias}"."{time}" >= hold.from_time AND "{alias}"."{time}" < hold.to_time
      AND EXISTS (
        SELECT FROM /* {descendants} */
        WHERE "{joined}" AND (hold.matching IS NULL OR pg_catalog.to_jsonb("{descendant}".*) @> hold.matching))
    OFFSET 0
  )

-- name: any
("{held}")

-- name: nothing_is_held
false

-- name: restored
-- The same restore again makes its hold longer, not a second one.
WITH asked AS (
  SELECT ?::text AS policy, ?::timestamptz AS from_time, ?::timestamptz AS to_time, ?::jsonb AS matching,
    (archive.clock() AT TIME ZONE 'UTC' + ?::interval) AT TIME ZONE 'UTC' AS until
),
longer AS (
  UPDATE archive.holds AS hold SET until = CASE WHEN hold.until IS NOT NULL THEN greatest(hold.until, asked.until) END
  FROM asked
  WHERE hold.policy = asked.policy AND hold.kind = 'restore'
    AND hold.from_time = asked.from_time AND hold.to_time = asked.to_time
    AND hold.position = 0 AND hold.matching IS NOT DISTINCT FROM asked.matching
    AND hold.hold_id IN (SELECT hold_id FROM archive.active_holds)
  RETURNING hold.hold_id
)
SELECT archive.hold(asked.policy, asked.from_time, asked.to_time, asked.matching, asked.until, ?::text, 'restore')::text
FROM asked
WHERE ?::boolean AND NOT EXISTS (SELECT FROM longer)
UNION ALL
SELECT hold_id::text FROM longer

-- name: active
SELECT hold_id::text, kind, nullif(from_time, '-infinity') AS from_time, nullif(to_time, 'infinity') AS to_time,
  position, matching::text, until, reason
FROM archive.binding_holds
WHERE policy_id = ?
ORDER BY made_at, hold_id

-- name: lock
SELECT pg_catalog.pg_advisory_xact_lock_shared(1095910217, ?) IS NOT NULL,
  current_setting('transaction_isolation')

-- name: lock_alone
SELECT pg_catalog.pg_advisory_xact_lock(1095910217, ?) IS NOT NULL
