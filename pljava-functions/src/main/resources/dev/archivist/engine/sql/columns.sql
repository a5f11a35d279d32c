WITH RECURSIVE attributes AS (
  SELECT a.*
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
),
-- what a value is made of, down through domains, arrays, ranges and multiranges
made AS (
  SELECT attnum, atttypid AS type, 0 AS depth, false AS of_many
  FROM attributes
  UNION ALL
  SELECT made.attnum, part.type, made.depth + 1, made.of_many OR t.typtype <> 'd'
  FROM made
  JOIN pg_catalog.pg_type t ON t.oid = made.type
  LEFT JOIN pg_catalog.pg_range r
    ON t.typtype = 'r' AND r.rngtypid = t.oid OR t.typtype = 'm' AND r.rngmultitypid = t.oid,
  LATERAL (SELECT CASE
      WHEN t.typtype = 'd' THEN t.typbasetype
      WHEN t.typtype IN ('r', 'm') THEN r.rngsubtype
      WHEN t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc THEN t.typelem
    END AS type) AS part
  WHERE part.type IS NOT NULL
),
element AS (
  SELECT DISTINCT ON (made.attnum) made.attnum, made.of_many,
    -- an array's binary output names its elements' type by a number, and a domain's is not the same everywhere
    CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace
      AND NOT EXISTS (
        SELECT FROM made AS within JOIN pg_catalog.pg_type d ON d.oid = within.type
        WHERE within.attnum = made.attnum AND within.of_many AND d.typtype = 'd')
      THEN t.typname END AS name
  FROM made
  JOIN pg_catalog.pg_type t ON t.oid = made.type
  ORDER BY made.attnum, made.depth DESC
),
base AS (
  SELECT DISTINCT ON (attnum) attnum, type
  FROM made
  WHERE NOT of_many
  ORDER BY attnum, depth DESC
)
SELECT a.attname AS name,
  format_type(a.atttypid, a.atttypmod) AS type,
  t.typname AS base_type,
  element.name AS element,
  element.of_many,
  t.typlen > 0 AS fixed_width,
  CASE WHEN s.oid IS NOT NULL THEN format('%I.%I', sn.nspname, s.proname) END AS send_function,
  -- a type may share that of another, which cannot be called by name then; nor can that of enums for a
  -- domain over one
  CASE WHEN p.proargtypes[0] = base.type OR argument.typtype = 'p' AND NOT (t.typtype = 'd' AND p.proname = 'enum_out')
    THEN format('%I.%I', pn.nspname, p.proname) END AS output_function,
  NOT a.attnotnull AS nullable,
  a.attgenerated <> '' AS generated,
  a.atthasdef OR a.attidentity <> '' AS has_default
FROM attributes a
JOIN element ON element.attnum = a.attnum
JOIN base ON base.attnum = a.attnum
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_proc p ON p.oid = t.typoutput
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
JOIN pg_catalog.pg_type argument ON argument.oid = p.proargtypes[0]
LEFT JOIN pg_catalog.pg_proc s ON s.oid = t.typsend
LEFT JOIN pg_catalog.pg_namespace sn ON sn.oid = s.pronamespace
ORDER BY a.attnum
