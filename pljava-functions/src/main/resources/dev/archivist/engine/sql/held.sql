EXISTS (
    SELECT
    FROM archive.active_holds AS hold
    WHERE hold.policy_id = {policy_id}
      AND {alias}.{time} >= hold.from_time AND {alias}.{time} < hold.to_time
      AND (hold.matching IS NULL OR pg_catalog.to_jsonb({alias}.*) @> hold.matching)
  )
