-- What ages, after how long, and what happens then.

-- name: named
-- The parts of a policy, each row with what it is about: the policy itself, its tables, and the kind's
-- settings, of a list one row an element.
WITH policy AS (
  SELECT p.* FROM archive.policies AS p WHERE p.name = ?
)
/* {parts} */
ORDER BY part, place, number

-- name: maybe_with_files
-- Of the kinds that are not shipped nobody can tell here.
SELECT name FROM archive.policies WHERE kind NOT IN ('move', 'rollup') ORDER BY policy_id

-- name: parts
SELECT 'policy' AS part, 0 AS place, 0::bigint AS number, policy.policy_id::text AS a, policy.name AS b, policy.kind AS c,
  policy.time_column AS d, policy.batch_rows::text AS e, policy.enabled::text AS f, policy.version::text AS g,
  policy.batch_bytes::text AS h, NULL::timestamptz AS at
FROM policy
UNION ALL
SELECT 'table', t.position, 0, t.source_schema, t.source_table, t.archive_schema, t.archive_table,
  t.parent_position::text,
  -- whether a superuser works on a table of one who is none
  (pg_catalog.current_setting('is_superuser') = 'on' AND EXISTS (
    SELECT
    FROM pg_catalog.pg_namespace AS n
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid
    JOIN pg_catalog.pg_roles AS owner ON owner.oid = c.relowner
    WHERE n.nspname = t.source_schema AND c.relname = t.source_table AND NOT owner.rolsuper))::text,
  NULL, NULL, NULL
FROM policy JOIN archive.policy_tables AS t ON t.policy = policy.name
UNION ALL
SELECT 'setting', 0, element.number, setting.key, element.value, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM policy
CROSS JOIN LATERAL pg_catalog.jsonb_each(policy.settings) AS setting
CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(CASE jsonb_typeof(setting.value)
  WHEN 'array' THEN setting.value ELSE pg_catalog.jsonb_build_array(setting.value) END) WITH ORDINALITY AS element (value, number)

-- name: cutoff
-- Interval arithmetic on timestamptz follows the session's time zone (a day of 23 or 25 hours), so
-- the age is taken off in UTC.
SELECT pg_catalog.date_trunc(?, (archive.clock() AT TIME ZONE 'UTC' - archive_after) AT TIME ZONE 'UTC', 'UTC')
FROM archive.policies
WHERE name = ?

-- name: retention
-- Counted in UTC, as cutoffs are.
SELECT (archive.clock() AT TIME ZONE 'UTC' - keep_for) AT TIME ZONE 'UTC'
FROM archive.policies
WHERE name = ? AND keep_for IS NOT NULL

-- name: root_of_family
"{source}" AS "{alias}"

-- name: same_time
"{left}" = "{right}"

-- name: joined_to_family
JOIN "{source}" AS "{alias}" ON "{joined}"
