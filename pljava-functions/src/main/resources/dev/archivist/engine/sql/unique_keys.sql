-- For every unique index of the table, in SQL: its key of a row that comes, and how it meets a row
-- that is there. Equality is the index's own, with its collation; functions and operators are named
-- as the catalogue does.
SELECT c.relname AS name,
  string_agg(format('%s AS key_%s', part.expression, part.place), ', ' ORDER BY part.place) AS keys,
  string_agg(
    format('(coming.key_%1$s OPERATOR(%3$I.%4$s) %2$s%5$s)', part.place, part.expression, part.operator_schema, part.operator,
      CASE WHEN i.indnullsnotdistinct
        THEN format(' OR (coming.key_%s IS NULL AND %s IS NULL)', part.place, part.expression) ELSE '' END),
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
    opn.nspname AS operator_schema, op.oprname AS operator
  FROM generate_series(1, i.indnkeyatts) AS place
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
