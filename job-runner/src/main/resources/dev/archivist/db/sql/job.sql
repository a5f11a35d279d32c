-- What is known of jobs besides their rows.

-- name: held_policies
-- Policies that a session holds; a job that says it runs and whose policy none holds has lost its session.
SELECT policy.name
FROM archive.policies AS policy
WHERE EXISTS (
  SELECT
  FROM pg_catalog.pg_locks l
  WHERE l.locktype = 'advisory' AND l.classid = 1095910216 AND l.objid = policy.policy_id::bigint::oid
    AND l.objsubid = 2 AND l.granted
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
