-- What PostgreSQL's catalogue says of tables.

-- name: equal
("{left}")"{left_cast}" "{operator}" ("{right}")"{right_cast}"

-- name: columns
WITH RECURSIVE relations AS (
  SELECT 'table' AS part, 0 AS place, c.oid AS relation
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ? AND c.relname = ?
),
/* {columns_of_relations} */
SELECT part, place, attnum AS number, name AS a, type AS b, base_type AS c, element AS d, of_many::text AS e,
  fixed_width::text AS f, send_function AS g, output_function AS h, nullable::text AS i, generated::text AS j,
  has_default::text AS k, equality AS l, compared_as AS m
FROM columns
ORDER BY number

-- name: columns_of_relations
attributes AS (
  SELECT relations.part, relations.place, a.*
  FROM relations
  JOIN pg_catalog.pg_attribute a ON a.attrelid = relations.relation
  WHERE a.attnum > 0 AND NOT a.attisdropped
),
-- what a value is made of, down through domains, arrays, ranges and multiranges
made AS (
  SELECT attrelid, attnum, atttypid AS type, 0 AS depth, false AS of_many
  FROM attributes
  UNION ALL
  SELECT made.attrelid, made.attnum, part.type, made.depth + 1, made.of_many OR t.typtype <> 'd'
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
  SELECT DISTINCT ON (made.attrelid, made.attnum) made.attrelid, made.attnum, made.of_many,
    -- an array's binary output names its elements' type by a number, and a domain's is not the same everywhere
    CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace
      AND NOT EXISTS (
        SELECT FROM made AS within JOIN pg_catalog.pg_type d ON d.oid = within.type
        WHERE within.attrelid = made.attrelid AND within.attnum = made.attnum AND within.of_many AND d.typtype = 'd')
      THEN t.typname END AS name
  FROM made
  JOIN pg_catalog.pg_type t ON t.oid = made.type
  ORDER BY made.attrelid, made.attnum, made.depth DESC
),
base AS (
  SELECT DISTINCT ON (attrelid, attnum) attrelid, attnum, type
  FROM made
  WHERE NOT of_many
  ORDER BY attrelid, attnum, depth DESC
),
columns AS (
  SELECT a.part, a.place, a.attnum, a.attname AS name,
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
    a.atthasdef OR a.attidentity <> '' AS has_default,
    -- that of its type's default operator class, as DISTINCT and GROUP BY have it; under this search path a bare
    -- "=" finds PostgreSQL's own alone, which may compare otherwise, as text
    CASE WHEN base.type >= 16384 THEN (
      SELECT format('OPERATOR(%I.%s)', opn.nspname, op.oprname)
      FROM pg_catalog.pg_opclass oc
      JOIN pg_catalog.pg_am am ON am.oid = oc.opcmethod AND am.amname = 'btree'
      JOIN pg_catalog.pg_amop ao ON ao.amopfamily = oc.opcfamily AND ao.amopstrategy = 3
        AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = oc.opcintype
      JOIN pg_catalog.pg_operator op ON op.oid = ao.amopopr
      JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
      WHERE oc.opcdefault AND oc.opcintype = base.type
    ) END AS equality,
    -- of two values of a domain, an operator of that name that takes the domain itself would come first
    CASE WHEN base.type >= 16384 THEN archive.cast_to(a.atttypid, base.type) END AS compared_as
  FROM attributes a
  JOIN element ON element.attrelid = a.attrelid AND element.attnum = a.attnum
  JOIN base ON base.attrelid = a.attrelid AND base.attnum = a.attnum
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_proc p ON p.oid = t.typoutput
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
  JOIN pg_catalog.pg_type argument ON argument.oid = p.proargtypes[0]
  LEFT JOIN pg_catalog.pg_proc s ON s.oid = t.typsend
  LEFT JOIN pg_catalog.pg_namespace sn ON sn.oid = s.pronamespace
)

-- name: key_columns
-- Unique keys that are of plain columns, hold for every row and are checked at once; primary first.
SELECT c.relname AS key, a.attname AS name
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnkeyatts) AS place
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place - 1]
WHERE n.nspname = ? AND t.relname = ? AND i.indisunique AND i.indimmediate AND i.indisvalid
  AND i.indpred IS NULL AND i.indexprs IS NULL AND (i.indisprimary OR NOT ?::boolean)
ORDER BY i.indisprimary DESC, c.relname, place

-- name: unique_keys
-- For every unique index of the table, in SQL: its key of a row that comes, and how it meets a row
-- that is there. Equality is the index's own, with its collation; functions and operators are named
-- as the catalogue does.
SELECT c.relname AS name,
  string_agg(format('%s AS key_%s', part.expression, part.place), ', ' ORDER BY part.place) AS keys,
  string_agg(
    format('((coming.key_%1$s)%6$s OPERATOR(%3$I.%4$s) (%2$s)%6$s%5$s)', part.place, part.expression, part.operator_schema, part.operator,
      CASE WHEN i.indnullsnotdistinct
        THEN format(' OR (coming.key_%s IS NULL AND %s IS NULL)', part.place, part.expression) ELSE '' END,
      part.compared),
    ' AND ' ORDER BY part.place) AS same,
  string_agg(format('coming.key_%s', part.place), ', ' ORDER BY part.place) AS grouped,
  CASE WHEN i.indnullsnotdistinct THEN 'true'
    ELSE string_agg(format('coming.key_%s IS NOT NULL', part.place), ' AND ' ORDER BY part.place) END AS complete,
  format('%L || concat_ws('', '', %s) || '')''',
    '(' || string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, part.place, true), ', ' ORDER BY part.place) || ')=(',
    string_agg(format('coalesce(coming.key_%s::text, ''null'')', part.place), ', ' ORDER BY part.place)) AS shown,
  coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'true') AS predicate
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace,
LATERAL (
  SELECT place::integer AS place,
    format('(%s)%s', pg_catalog.pg_get_indexdef(i.indexrelid, place::integer, true),
      CASE WHEN l.oid IS NOT NULL THEN format(' COLLATE %I.%I', ln.nspname, l.collname) ELSE '' END) AS expression,
    opn.nspname AS operator_schema, op.oprname AS operator, archive.cast_to(ia.atttypid, op.oprleft) AS compared
  FROM generate_series(1, i.indnkeyatts) AS place
  JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = place
  JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[place - 1]
  JOIN pg_catalog.pg_amop a ON a.amopfamily = oc.opcfamily AND a.amopstrategy = 3
    AND a.amoplefttype = oc.opcintype AND a.amoprighttype = oc.opcintype
  JOIN pg_catalog.pg_operator op ON op.oid = a.amopopr
  JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[place - 1]
  LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
) AS part
WHERE n.nspname = ? AND t.relname = ? AND i.indisunique AND i.indisready
GROUP BY i.indexrelid, c.relname, i.indnullsnotdistinct, i.indpred, i.indrelid
ORDER BY c.relname

-- name: constraints
-- What else the table asks of a row that comes, in SQL over coming: foreign keys, checks, and columns
-- that may be null in the archive but not there. A foreign key to a table that this role may not read
-- is left to the database.
WITH target AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ? AND c.relname = ?
),
archive AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ? AND c.relname = ?
),
key AS (
  SELECT k.oid, k.conname AS name, k.confmatchtype = 'f' AS whole, k.confrelid,
    string_agg(format('(held.%I)%s OPERATOR(%I.%s) (coming.%I)%s', there.attname, archive.cast_to(there.atttypid, op.oprleft),
        opn.nspname, op.oprname, here.attname, archive.cast_to(here.atttypid, op.oprright)
          || CASE WHEN there.attcollation <> 0 THEN format(' COLLATE %I.%I', ln.nspname, l.collname) ELSE '' END),
      ' AND ' ORDER BY part.place) AS same,
    string_agg(format('coming.%I IS NOT NULL', here.attname), ' AND ' ORDER BY part.place) AS given,
    string_agg(format('coming.%I', here.attname), ', ' ORDER BY part.place) AS columns,
    array_agg(here.attname::text ORDER BY part.place) AS names
  FROM target
  JOIN pg_catalog.pg_constraint k ON k.conrelid = target.oid AND k.contype = 'f' AND k.confrelid <> target.oid
  CROSS JOIN LATERAL unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY AS part (here, there, operator, place)
  JOIN pg_catalog.pg_attribute here ON here.attrelid = k.conrelid AND here.attnum = part.here
  JOIN pg_catalog.pg_attribute there ON there.attrelid = k.confrelid AND there.attnum = part.there
  JOIN pg_catalog.pg_operator op ON op.oid = part.operator
  JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = there.attcollation
  LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
  WHERE has_table_privilege(k.confrelid, 'SELECT') AND NOT row_security_active(k.confrelid)
  GROUP BY k.oid, k.conname, k.confmatchtype, k.confrelid
),
asked AS (
  SELECT key.name,
    format('(%s AND NOT EXISTS (SELECT FROM %s AS held WHERE %s))', key.given, format('%I.%I', n.nspname, c.relname), key.same)
      || CASE WHEN key.whole
        THEN format(' OR num_nulls(%s) BETWEEN 1 AND %s', key.columns, cardinality(key.names) - 1) ELSE '' END AS violated,
    key.names, n.nspname AS refers_to_schema, c.relname AS refers_to_table, NULL::name AS not_null
  FROM key
  JOIN pg_catalog.pg_class c ON c.oid = key.confrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT k.conname, format('(%s) IS FALSE', pg_catalog.pg_get_expr(k.conbin, k.conrelid)),
    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) ORDER BY a.attnum), NULL, NULL, NULL
  FROM target JOIN pg_catalog.pg_constraint k ON k.conrelid = target.oid AND k.contype = 'c'
  WHERE cardinality(k.conkey) > 0 AND NOT 0 = ANY (k.conkey)
  UNION ALL
  SELECT format('NOT NULL of %s', here.attname), format('coming.%I IS NULL', here.attname), ARRAY[here.attname::text], NULL, NULL, here.attname
  FROM target
  JOIN pg_catalog.pg_attribute here ON here.attrelid = target.oid AND here.attnum > 0 AND here.attnotnull
    AND NOT here.attisdropped AND here.attgenerated = ''
  JOIN archive ON true
  JOIN pg_catalog.pg_attribute kept ON kept.attrelid = archive.oid AND kept.attname = here.attname AND NOT kept.attnotnull
)
SELECT asked.name, asked.violated,
  format('%L || concat_ws('', '', %s) || '')''',
    '(' || (SELECT string_agg(quote_ident(each), ', ' ORDER BY place) FROM unnest(asked.names) WITH ORDINALITY AS n (each, place))
      || ')=(',
    (SELECT string_agg(format('coalesce(coming.%I::text, ''null'')', each), ', ' ORDER BY place)
      FROM unnest(asked.names) WITH ORDINALITY AS n (each, place))) AS shown,
  asked.refers_to_schema, asked.refers_to_table, asked.not_null,
  asked.names <@ ARRAY(SELECT a.attname::text FROM archive JOIN pg_catalog.pg_attribute a ON a.attrelid = archive.oid
    AND a.attnum > 0 AND NOT a.attisdropped) AS is_of_both
FROM asked
ORDER BY asked.name

-- name: partitions
SELECT child.relname
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = parent.relnamespace
WHERE n.nspname = ? AND parent.relname = ? AND NOT i.inhdetachpending

-- name: make_month_partition
SELECT archive.make_month_partition(?, ?::date)

-- name: output_settings
-- The settings under which pg_dump reads values as text: without loss, and always the same.
SELECT /* {settings} */

-- name: changed_column
format('column %s of %I.%I was %I %s when rows were archived, and is %s', was.number, t.archive_schema, t.archive_table,
      was.name, was.type, CASE WHEN a.attname IS NULL THEN 'gone'
        ELSE format('%I %s', a.attname, archive.type_name(a.atttypid, a.atttypmod, a.attcollation)) END) AS what,
    'values would be taken for those of another column, or another type' AS why,
    format('Undo it; or, if it was meant, as a member of archive_owner: SELECT archive.accept_columns(%L);', was.policy) AS hint

-- name: changed_columns
archive.archived_columns AS was
JOIN archive.policy_tables AS t ON t.policy = was.policy AND t.position = was.position
JOIN pg_catalog.pg_namespace AS n ON n.nspname = t.archive_schema
JOIN pg_catalog.pg_class AS kept ON kept.relnamespace = n.oid AND kept.relname = t.archive_table
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = kept.oid AND a.attnum = was.number AND NOT a.attisdropped
WHERE (a.attname::text COLLATE "C", archive.type_name(a.atttypid, a.atttypmod, a.attcollation)) IS DISTINCT FROM (was.name, was.type)

-- name: naming
SELECT format('role %s named %s for policy "%s", and may not %s', family.named_by, named.relation, family.policy, named.need),
    'by a policy nobody gains a right to a table',
    format('If it is right, let a role that may name them again: UPDATE archive.policy_tables SET position = position WHERE policy = %L;',
      family.policy)
  FROM family
  LEFT JOIN pg_catalog.pg_roles AS role ON role.rolname = family.named_by,
  LATERAL (
    SELECT family.source AS relation, needed.privilege AS need
    FROM (VALUES ('SELECT'), ('DELETE')) AS needed (privilege)
    WHERE family.source_oid IS NOT NULL
      AND (role.oid IS NULL OR NOT has_table_privilege(role.oid, family.source_oid, needed.privilege))
    UNION ALL
    SELECT family.source, 'use its schema'
    FROM pg_catalog.pg_class c
    WHERE c.oid = family.source_oid AND role.oid IS NOT NULL AND NOT has_schema_privilege(role.oid, c.relnamespace, 'USAGE')
    UNION ALL
    -- whoever runs it may see all rows
    SELECT family.source, 'see all its rows past its row-level security'
    FROM pg_catalog.pg_class c
    WHERE c.oid = family.source_oid AND c.relrowsecurity AND role.oid IS NOT NULL
      AND NOT (role.rolsuper OR role.rolbypassrls
        OR NOT c.relforcerowsecurity AND pg_has_role(role.oid, c.relowner, 'USAGE'))
    UNION ALL
    SELECT family.archive, format('act as its owner, %s', pg_get_userbyid(c.relowner))
    FROM pg_catalog.pg_class c
    WHERE c.oid = family.archive_oid AND pg_get_userbyid(c.relowner) <> 'archive_owner'
      AND (role.oid IS NULL OR NOT pg_has_role(role.oid, c.relowner, archive.acting_membership()))
  ) AS named

-- name: inspect
-- All that a batch has to know of its tables before it touches them: what forbids it, their columns, the
-- partitions of their archives, and the holds in force. It has no parameters, so that a session plans it once:
-- to plan it takes longer than to run it.
WITH RECURSIVE family AS (
  SELECT t.*, t.position AS place, p.kind,
    CASE WHEN t.position = 0 THEN p.time_column ELSE 'archived_root_time' END AS time_column,
    format('%I.%I', t.source_schema, t.source_table) AS source,
    format('%I.%I', t.archive_schema, t.archive_table) AS archive,
    (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = t.source_schema AND c.relname = t.source_table) AS source_oid,
    (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = t.archive_schema AND c.relname = t.archive_table) AS archive_oid,
    given.partitioned, given.updated, given.policy_id, given.several, p.settings ->> 'value' AS value_column,
    CASE WHEN given.updated THEN ARRAY(SELECT pg_catalog.jsonb_array_elements_text(p.settings -> 'series')) END AS series
  FROM archive.policies AS p
  JOIN archive.policy_tables AS t ON t.policy = p.name,
  (SELECT "{partitioned}" AS partitioned, "{updated}" AS updated, "{policy}" AS policy_id, "{several}" AS several) AS given
  WHERE p.policy_id = given.policy_id
),
relations AS (
  SELECT 'live' AS part, place, source_oid AS relation FROM family WHERE source_oid IS NOT NULL
  UNION ALL
  SELECT 'archive', place, archive_oid FROM family WHERE archive_oid IS NOT NULL
),
/* {columns_of_relations} */,
-- The columns that join a child to its parent, and how they compare. A foreign key deletes by its own operator;
-- where there is none, it is the one that a foreign key would have, of the parent's unique index.
-- See https://www.postgresql.org/docs/15/catalog-pg-constraint.html, conpfeqop.
link AS (
  SELECT child.*, parent.source AS parent, parent.source_oid AS parent_oid,
    (SELECT i.indexrelid
      FROM pg_catalog.pg_index i
      WHERE i.indrelid = parent.source_oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        AND ARRAY(SELECT a.attname::text FROM generate_series(1, i.indnkeyatts) AS n
          JOIN pg_catalog.pg_attribute a ON a.attrelid = parent.source_oid AND a.attnum = i.indkey[n - 1] ORDER BY a.attname)
        = ARRAY(SELECT c FROM unnest(child.parent_columns) AS c ORDER BY c)
      ORDER BY i.indisprimary DESC, i.indexrelid
      LIMIT 1) AS key,
    ARRAY(SELECT f.oid
      FROM pg_catalog.pg_constraint f
      WHERE f.contype = 'f' AND f.conrelid = child.source_oid AND f.confrelid = parent.source_oid
        AND (SELECT array_agg((here.attname::text, there.attname::text)::text ORDER BY here.attname)
          FROM unnest(f.conkey, f.confkey) AS k (here, there)
          JOIN pg_catalog.pg_attribute here ON here.attrelid = f.conrelid AND here.attnum = k.here
          JOIN pg_catalog.pg_attribute there ON there.attrelid = f.confrelid AND there.attnum = k.there)
        = (SELECT array_agg((c.here, c.there)::text ORDER BY c.here)
          FROM unnest(child.own_columns, child.parent_columns) AS c (here, there))
      ORDER BY f.oid) AS foreign_keys
  FROM family AS child JOIN family AS parent ON parent.position = child.parent_position
),
link_columns AS (
  SELECT link.place, link.source, link.parent, n.number, n.own_column, n.parent_column,
    here.atttypid AS own_type, here.attcollation AS own_collation, there.atttypid AS parent_type, there.attcollation AS parent_collation,
    ARRAY(SELECT DISTINCT f.conpfeqop[array_position(f.confkey, there.attnum)]
      FROM pg_catalog.pg_constraint f WHERE f.oid = ANY (link.foreign_keys)) AS asked,
    (SELECT coalesce(crossed.amopopr, same.amopopr)
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[array_position(i.indkey::smallint[], there.attnum)]
      JOIN pg_catalog.pg_amop same ON same.amopfamily = oc.opcfamily AND same.amopstrategy = 3
        AND same.amoplefttype = oc.opcintype AND same.amoprighttype = oc.opcintype
      LEFT JOIN pg_catalog.pg_amop crossed ON crossed.amopfamily = oc.opcfamily AND crossed.amopstrategy = 3
        AND crossed.amoplefttype = oc.opcintype AND crossed.amoprighttype = archive.underlying_type(here.atttypid)
      WHERE i.indexrelid = link.key
        AND (crossed.amopopr IS NOT NULL
          OR archive.underlying_type(here.atttypid) = archive.underlying_type(there.atttypid)
          OR archive.underlying_type(here.atttypid) = oc.opcintype
          OR EXISTS (SELECT FROM pg_catalog.pg_cast c
            WHERE c.castsource = archive.underlying_type(here.atttypid) AND c.casttarget = oc.opcintype AND c.castcontext = 'i'))) AS chosen
  FROM link
  CROSS JOIN LATERAL ROWS FROM (unnest(link.own_columns), unnest(link.parent_columns))
    WITH ORDINALITY AS n (own_column, parent_column, number)
  LEFT JOIN pg_catalog.pg_attribute here ON here.attrelid = link.source_oid AND here.attname = n.own_column
    AND here.attnum > 0 AND NOT here.attisdropped
  LEFT JOIN pg_catalog.pg_attribute there ON there.attrelid = link.parent_oid AND there.attname = n.parent_column
    AND there.attnum > 0 AND NOT there.attisdropped
),
-- The archives, and what left them or is leaving.
kept (oid, name) AS (
  SELECT family.archive_oid, family.archive FROM family WHERE family.archive_oid IS NOT NULL
  UNION ALL
  SELECT leaving.oid, leaving.oid::regclass::text
  FROM family
  JOIN archive.bin AS bin ON bin.policy = family.policy AND bin.state IN ('detaching', 'binned')
  JOIN archive.bin_tables AS t ON t.bin_id = bin.bin_id AND t.position = family.position,
  LATERAL (VALUES
    (pg_catalog.to_regclass(format('archive_bin.%I', t.table_name))),
    (CASE WHEN bin.state = 'detaching'
      THEN pg_catalog.to_regclass(format('%I.%I', family.archive_schema, t.partition_name)) END)) AS leaving (oid)
  WHERE leaving.oid IS NOT NULL
),
refusals (what, why, hint) AS (
/* {guards} */
)
SELECT 'refusal' AS part, 0 AS place, row_number() OVER () AS number, what AS a, why AS b, hint AS c, NULL AS d, NULL AS e,
  NULL AS f, NULL AS g, NULL AS h, NULL AS i, NULL AS j, NULL AS k, NULL AS l, NULL AS m,
  NULL::timestamptz AS from_time, NULL::timestamptz AS to_time, NULL::timestamptz AS until
FROM refusals
UNION ALL
SELECT 'code', 0, row_number() OVER (), code.what, code.why, code.hint, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM (
  SELECT code.what, code.why, code.hint
  FROM archive.foreign_code('{}',
    ARRAY(SELECT family.source_oid::regclass FROM family WHERE family.source_oid IS NOT NULL), '{}',
    ARRAY(SELECT kept.oid::regclass FROM kept)) AS code
  UNION ALL
  SELECT format('row-level security of %s applies to role %s', kept.name, current_user),
    'rows could be hidden from it, and nobody would know',
    format('Run as a role with BYPASSRLS, or ALTER TABLE %s NO FORCE ROW LEVEL SECURITY for its owner.', kept.name)
  FROM kept WHERE row_security_active(kept.oid)
  UNION ALL
  SELECT format('%s is not an ordinary table', kept.name), 'what it shows may be something else to everybody',
    'Put the table back into its place.'
  FROM kept JOIN pg_catalog.pg_class c ON c.oid = kept.oid
  WHERE c.relkind NOT IN ('r', 'p')
  UNION ALL
  /* {naming} */
) AS code
UNION ALL
SELECT 'changed', 0, row_number() OVER (ORDER BY changed.position, changed.number), changed.what, changed.why, changed.hint,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM (
  SELECT was.position, was.number, /* {changed_column} */
  FROM /* {changed_columns} */
    AND was.policy IN (SELECT family.policy FROM family)
) AS changed
UNION ALL
SELECT part, place, attnum, name, type, base_type, element, of_many::text, fixed_width::text, send_function,
  output_function, nullable::text, generated::text, has_default::text, equality, compared_as, NULL, NULL, NULL
FROM columns
UNION ALL
SELECT 'digested', was.position, was.number, was.name, was.digested::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL
FROM archive.archived_columns AS was
WHERE was.policy IN (SELECT family.policy FROM family)
UNION ALL
SELECT 'link', c.place, c.number, c.parent_column, c.own_column,
  -- nothing, where a guard says what is amiss
  CASE WHEN op.oid IS NOT NULL THEN format('OPERATOR(%I.%s)', opn.nspname, op.oprname) END,
  archive.cast_to(c.parent_type, op.oprleft), archive.cast_to(c.own_type, op.oprright)
    || CASE WHEN c.parent_collation <> 0 THEN format(' COLLATE %I.%I', ln.nspname, l.collname) ELSE '' END,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM link_columns AS c
LEFT JOIN pg_catalog.pg_operator op ON op.oid = coalesce(c.asked[1], c.chosen)
LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
LEFT JOIN pg_catalog.pg_collation l ON l.oid = c.parent_collation
LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
UNION ALL
SELECT 'partition', family.place, child.oid::bigint, child.relname, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM family
JOIN pg_catalog.pg_inherits i ON i.inhparent = family.archive_oid AND NOT i.inhdetachpending
JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
UNION ALL
-- where a scan begins: any valid b-tree without condition whose first column is the time column will do
SELECT 'scan', 0, pg_catalog.pg_relation_size(family.source_oid) / current_setting('block_size')::bigint, EXISTS (
    SELECT
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_am am ON am.oid = ic.relam
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = family.source_oid AND i.indisvalid AND i.indpred IS NULL
      AND am.amname = 'btree' AND a.attname = family.time_column
  )::text, has_any_column_privilege(family.source_oid, 'UPDATE')::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM family
WHERE family.place = 0 AND family.source_oid IS NOT NULL
UNION ALL
SELECT 'hold', hold.position, row_number() OVER (ORDER BY hold.made_at, hold.hold_id), hold.hold_id::text, hold.kind,
  hold.matching::text, hold.reason, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  nullif(hold.from_time, '-infinity'), nullif(hold.to_time, 'infinity'), hold.until
FROM archive.binding_holds AS hold
WHERE hold.policy_id = "{policy}"
UNION ALL
SELECT 'state', 0, 0, /* {code_state} */, pg_catalog.current_setting('transaction_isolation'), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL
ORDER BY part, place, number

-- name: code_state
-- What decides which code a statement on the policy's tables runs, as versions of the catalogue's rows, so that one can
-- see afterwards whether it is still what was looked at: no lock that lets a VACUUM work keeps out CREATE STATISTICS, and
-- none at all keeps out a cast or a check of a domain. It asks no function of the program, which code that ran meanwhile
-- could have replaced; nor does it, or the statement it stands in, leave an operator or a type to the search path, which that
-- code could have changed.
(
  WITH RECURSIVE named AS MATERIALIZED (
    SELECT c.oid, side.is_live
    FROM archive.policies AS p
    JOIN archive.policy_tables AS t ON t.policy OPERATOR(pg_catalog.=) p.name,
    LATERAL (VALUES (t.source_schema, t.source_table, true), (t.archive_schema, t.archive_table, false))
      AS side (schema_name, table_name, is_live)
    JOIN pg_catalog.pg_namespace AS n ON n.nspname OPERATOR(pg_catalog.=) side.schema_name
    JOIN pg_catalog.pg_class AS c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid AND c.relname OPERATOR(pg_catalog.=) side.table_name
    WHERE p.policy_id OPERATOR(pg_catalog.=) "{policy}"
    UNION ALL
    SELECT c.oid, true FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) "{target}"::pg_catalog.oid
  ),
  -- an archive gets partitions all the time, and nobody else may add one
  heir AS (
    SELECT i.inhrelid AS oid FROM named JOIN pg_catalog.pg_inherits AS i ON i.inhparent OPERATOR(pg_catalog.=) named.oid WHERE named.is_live
    UNION
    SELECT i.inhrelid FROM heir JOIN pg_catalog.pg_inherits AS i ON i.inhparent OPERATOR(pg_catalog.=) heir.oid
  ),
  above AS (
    SELECT i.inhparent AS oid FROM named JOIN pg_catalog.pg_inherits AS i ON i.inhrelid OPERATOR(pg_catalog.=) named.oid
    UNION
    SELECT i.inhparent FROM above JOIN pg_catalog.pg_inherits AS i ON i.inhrelid OPERATOR(pg_catalog.=) above.oid
  ),
  looked_at AS MATERIALIZED (
    SELECT named.oid FROM named
    UNION
    SELECT above.oid FROM above
    UNION
    SELECT heir.oid FROM heir
    UNION
    SELECT k.confrelid FROM named JOIN pg_catalog.pg_constraint AS k ON k.conrelid OPERATOR(pg_catalog.=) named.oid AND k.contype OPERATOR(pg_catalog.=) 'f'
  )
  SELECT pg_catalog.md5(pg_catalog.string_agg(part.version, ' ' ORDER BY part.version))
  FROM (
    SELECT 'h' OPERATOR(pg_catalog.||) heir.oid FROM heir
    UNION ALL
    SELECT 'a' OPERATOR(pg_catalog.||) above.oid FROM above
    UNION ALL
    SELECT 'b' OPERATOR(pg_catalog.||) b.partrelid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) b.xmin FROM looked_at JOIN pg_catalog.pg_partitioned_table AS b ON b.partrelid OPERATOR(pg_catalog.=) looked_at.oid
    UNION ALL
    SELECT 'i' OPERATOR(pg_catalog.||) i.indexrelid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) i.xmin FROM looked_at JOIN pg_catalog.pg_index AS i ON i.indrelid OPERATOR(pg_catalog.=) looked_at.oid
    UNION ALL
    SELECT 's' OPERATOR(pg_catalog.||) s.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) s.xmin FROM looked_at JOIN pg_catalog.pg_statistic_ext AS s ON s.stxrelid OPERATOR(pg_catalog.=) looked_at.oid
    UNION ALL
    SELECT 'k' OPERATOR(pg_catalog.||) k.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) k.xmin FROM looked_at JOIN pg_catalog.pg_constraint AS k ON k.conrelid OPERATOR(pg_catalog.=) looked_at.oid
    UNION ALL
    SELECT 't' OPERATOR(pg_catalog.||) t.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) t.xmin FROM looked_at JOIN pg_catalog.pg_trigger AS t ON t.tgrelid OPERATOR(pg_catalog.=) looked_at.oid
    UNION ALL
    SELECT 'r' OPERATOR(pg_catalog.||) r.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) r.xmin FROM looked_at JOIN pg_catalog.pg_rewrite AS r ON r.ev_class OPERATOR(pg_catalog.=) looked_at.oid
    UNION ALL
    SELECT 'p' OPERATOR(pg_catalog.||) p.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) p.xmin FROM looked_at JOIN pg_catalog.pg_policy AS p ON p.polrelid OPERATOR(pg_catalog.=) looked_at.oid
    UNION ALL
    SELECT 'd' OPERATOR(pg_catalog.||) d.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) d.xmin FROM looked_at JOIN pg_catalog.pg_attrdef AS d ON d.adrelid OPERATOR(pg_catalog.=) looked_at.oid
    UNION ALL
    SELECT 'v' OPERATOR(pg_catalog.||) k.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) k.xmin FROM pg_catalog.pg_constraint AS k WHERE k.conrelid OPERATOR(pg_catalog.=) 0
    UNION ALL
    SELECT 'c' OPERATOR(pg_catalog.||) c.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) c.xmin FROM pg_catalog.pg_cast AS c WHERE c.oid OPERATOR(pg_catalog.>=) 16384
    UNION ALL
    SELECT 'o' OPERATOR(pg_catalog.||) o.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) o.xmin FROM pg_catalog.pg_operator AS o WHERE o.oid OPERATOR(pg_catalog.>=) 16384
    UNION ALL
    SELECT 'e' OPERATOR(pg_catalog.||) e.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) e.xmin FROM pg_catalog.pg_event_trigger AS e
    UNION ALL
    SELECT 'f' OPERATOR(pg_catalog.||) f.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) f.xmin FROM pg_catalog.pg_proc AS f WHERE f.pronamespace OPERATOR(pg_catalog.=) 'archive'::pg_catalog.regnamespace
    UNION ALL
    -- and functions that somebody vouches for, as they are
    SELECT 'u' OPERATOR(pg_catalog.||) f.oid OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) f.xmin
    FROM archive.trusted_functions AS trust
    JOIN pg_catalog.pg_proc AS f ON pg_catalog.strpos(trust.routine, pg_catalog.quote_ident(f.proname)) OPERATOR(pg_catalog.>) 0
    WHERE f.oid OPERATOR(pg_catalog.>=) 16384
  ) AS part (version)
)

-- name: oid_of
SELECT c.oid::bigint
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE n.nspname OPERATOR(pg_catalog.=) ?::pg_catalog.name AND c.relname OPERATOR(pg_catalog.=) ?::pg_catalog.name

-- name: own_path
-- Code that ran meanwhile may have put a schema of its own in front, and operators into it.
SET LOCAL search_path = pg_catalog, pg_temp

-- name: code_state_now
SELECT /* {code_state} */, pg_catalog.current_setting('transaction_isolation')
