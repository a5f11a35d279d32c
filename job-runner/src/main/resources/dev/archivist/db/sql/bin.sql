-- What waits in the bin.

-- name: objects
SELECT waiting.policy, waiting.reason, count(*) AS objects, min(waiting.drop_after) AS first_drop_after,
  max(waiting.drop_after) AS last_drop_after
FROM (
  SELECT policy, 'unneeded' AS reason, drop_after FROM archive.stray_objects
  UNION ALL
  SELECT policy, 'expired', drop_after FROM archive.expiring_objects
) AS waiting
GROUP BY waiting.policy, waiting.reason
ORDER BY waiting.policy, waiting.reason
