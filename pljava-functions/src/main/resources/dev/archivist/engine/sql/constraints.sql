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
    string_agg(format('held.%I OPERATOR(%I.%s) coming.%I', there.attname, opn.nspname, op.oprname, here.attname),
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
  WHERE has_table_privilege(k.confrelid, 'SELECT') AND NOT row_security_active(k.confrelid)
  GROUP BY k.oid, k.conname, k.confmatchtype, k.confrelid
),
asked AS (
  SELECT key.name,
    format('(%s AND NOT EXISTS (SELECT FROM %s AS held WHERE %s))', key.given, format('%I.%I', n.nspname, c.relname), key.same)
      || CASE WHEN key.whole
        THEN format(' OR num_nulls(%s) BETWEEN 1 AND %s', key.columns, cardinality(key.names) - 1) ELSE '' END AS violated,
    key.names
  FROM key
  JOIN pg_catalog.pg_class c ON c.oid = key.confrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT k.conname, format('(%s) IS FALSE', pg_catalog.pg_get_expr(k.conbin, k.conrelid)),
    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) ORDER BY a.attnum)
  FROM target JOIN pg_catalog.pg_constraint k ON k.conrelid = target.oid AND k.contype = 'c'
  WHERE cardinality(k.conkey) > 0 AND NOT 0 = ANY (k.conkey)
  UNION ALL
  SELECT format('NOT NULL of %s', here.attname), format('coming.%I IS NULL', here.attname), ARRAY[here.attname::text]
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
      FROM unnest(asked.names) WITH ORDINALITY AS n (each, place))) AS shown
FROM asked
ORDER BY asked.name
