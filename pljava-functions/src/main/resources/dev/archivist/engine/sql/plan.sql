-- What a run would do.

-- name: guards
-- Each row: what was found, why it matters, what to do about it. It stands in catalog.inspect.
WITH live AS (
  SELECT family.*, c.relkind, c.relpersistence
  FROM family JOIN pg_catalog.pg_class c ON c.oid = family.source_oid
),
kept AS (
  SELECT family.*, c.relkind, c.relpersistence, c.relowner, c.relnamespace, c.reltablespace
  FROM family JOIN pg_catalog.pg_class c ON c.oid = family.archive_oid
)
SELECT format('live table %s is not there', source), 'there is nothing to archive',
  'Create the table, or disable the policy.'
FROM family WHERE source_oid IS NULL
UNION ALL
SELECT format('archive table %s is not there', archive), 'rows would have nowhere to go',
  'Run archivist migrate, or create the table.'
FROM family WHERE archive_oid IS NULL
UNION ALL
SELECT format('%s is not an ordinary table', source),
  CASE relkind WHEN 'p' THEN 'rows of a partitioned table cannot be taken by their physical place'
    ELSE 'rows of a view or a foreign table cannot be moved safely' END,
  'Point the policy at an ordinary table; for a partitioned one, at its partitions.'
FROM live WHERE relkind <> 'r'
UNION ALL
SELECT format('archive %s is a part of %s', archive, i.inhparent::regclass), 'what is done to that table is done to archived rows',
  CASE WHEN parent.relkind = 'p' THEN format('ALTER TABLE %s DETACH PARTITION %s;', i.inhparent::regclass, archive)
    ELSE format('ALTER TABLE %s NO INHERIT %s;', archive, i.inhparent::regclass) END
FROM kept
JOIN pg_catalog.pg_inherits i ON i.inhrelid = archive_oid
JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
UNION ALL
SELECT format('%s has child tables', source), 'their rows would be taken with the parent''s',
  'Point policies at the child tables.'
FROM live WHERE relkind = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = source_oid)
UNION ALL
SELECT format('row-level security of %s applies to role %s', source, current_user),
  'rows that the role cannot see would never be archived',
  format('Run as a role with BYPASSRLS, or ALTER TABLE %s NO FORCE ROW LEVEL SECURITY for its owner.', source)
FROM live WHERE relkind = 'r' AND row_security_active(source_oid)
UNION ALL
SELECT format('foreign key %s of %s points at %s', f.conname, f.conrelid::regclass, source),
  'deleting a row would fail, or would delete or change rows of the other table',
  CASE WHEN f.conrelid = f.confrelid THEN 'Rows of one table that point at each other cannot be taken apart: '
    ELSE format('Archive %s first, or ', f.conrelid::regclass) END || format('ALTER TABLE %s DROP CONSTRAINT %I;', f.conrelid::regclass, f.conname)
FROM live JOIN pg_catalog.pg_constraint f ON f.confrelid = source_oid AND f.contype = 'f'
-- but for a child of the family, whose rows go with their parents
WHERE NOT EXISTS (SELECT FROM link WHERE f.oid = ANY (link.foreign_keys))
UNION ALL
SELECT format('policy has several tables, and kind %s takes one', kind), 'it does not say what to do with descendants',
  format('DELETE FROM archive.policy_tables WHERE policy = %L AND position > 0; or use kind move.', policy)
FROM family WHERE position = 1 AND NOT several
UNION ALL
SELECT format('%s has no unique key (%s)', parent, array_to_string(parent_columns, ', ')),
  format('a row of %s could belong to several of its rows', source),
  format('ALTER TABLE %s ADD UNIQUE (%s);', parent, (SELECT string_agg(quote_ident(c), ', ') FROM unnest(parent_columns) AS c))
FROM link
WHERE parent_oid IS NOT NULL AND key IS NULL
UNION ALL
SELECT format('%s has no column %s', source, own_column), format('its rows could not be found by those of %s', parent),
  'Correct archive.policy_tables.own_columns.'
FROM link_columns
WHERE own_type IS NULL AND to_regclass(source) IS NOT NULL
UNION ALL
SELECT format('%s of %s is %s, and %s of %s is %s', quote_ident(own_column), source, format_type(own_type, NULL),
    quote_ident(parent_column), parent, format_type(parent_type, NULL)),
  'the two do not compare by the key of the parent',
  'Give the columns the same type, or correct archive.policy_tables.'
FROM link_columns
WHERE own_type IS NOT NULL AND parent_type IS NOT NULL AND cardinality(asked) = 0 AND chosen IS NULL
  AND EXISTS (SELECT FROM link WHERE link.place = link_columns.place AND link.key IS NOT NULL)
UNION ALL
SELECT format('foreign keys of %s to %s compare %s in more than one way', source, parent, quote_ident(own_column)),
  'one of them may delete or change rows that go with no parent by the other',
  format('ALTER TABLE %s DROP CONSTRAINT all of them but one.', source)
FROM link_columns
WHERE cardinality(asked) > 1
UNION ALL
SELECT format('%s of %s and %s of %s have different collations', quote_ident(own_column), source, quote_ident(parent_column), parent),
  'one of them is nondeterministic, so it is not certain which rows belong together',
  'Give the columns the same collation.'
FROM link_columns
WHERE own_collation <> parent_collation
  AND EXISTS (SELECT FROM pg_catalog.pg_collation l WHERE l.oid IN (own_collation, parent_collation) AND NOT l.collisdeterministic)
UNION ALL
SELECT format('trigger %s of %s fires on DELETE', t.tgname, source),
  CASE WHEN tool.name IS NULL THEN 'moving a row would look like deleting it to the trigger'
    ELSE format('it belongs to %s, which is at work on the table', tool.name) END,
  CASE WHEN tool.name = 'pg_repack'
    THEN 'Wait until pg_repack has finished, or end it; its trigger must stay as long as it works.'
    WHEN tool.name IS NOT NULL
    THEN format('Leave this table out, or take it out of %s by the means of %s; its trigger must stay as long as it works.', tool.name, tool.name)
    ELSE 'Leave this table out, or let whoever made the trigger decide what it has to do when a row is archived.' END
FROM live JOIN pg_catalog.pg_trigger t ON t.tgrelid = source_oid
-- tools that copy a table, or keep a copy of it, by a trigger of their own
LEFT JOIN LATERAL (
  SELECT known.name
  FROM (VALUES ('repack', 'pg_repack'), ('squeeze', 'pg_squeeze'), ('londiste', 'Londiste'), ('pgq', 'Londiste'), ('bucardo', 'Bucardo'),
    ('mimeo', 'mimeo'), ('sym', 'SymmetricDS'), ('pgl_ddl_deploy', 'pglogical'), ('pglogical', 'pglogical'), ('pgmemento', 'pgMemento'))
    AS known (schema, name)
  JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
  JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
  WHERE fn.nspname = known.schema
  UNION ALL
  SELECT 'Slony-I' FROM pg_catalog.pg_proc f WHERE f.oid = t.tgfoid AND f.proname IN ('logtrigger', 'denyaccess', 'log_truncate')
  LIMIT 1
) AS tool ON true
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 8 <> 0
UNION ALL
SELECT format('rule %s of %s rewrites DELETE', r.rulename, source),
  'the statement that moves rows would not do what it says',
  format('Leave this table out, or DROP RULE %I ON %s;', r.rulename, source)
FROM live JOIN pg_catalog.pg_rewrite r ON r.ev_class = source_oid
WHERE r.ev_type = '4' AND r.ev_enabled <> 'D'
UNION ALL
SELECT format('%s is not partitioned by range of %s', archive, time_column),
  'months of the archive are partitions',
  format('Create it with PARTITION BY RANGE (%I).', time_column)
FROM kept
WHERE partitioned AND NOT EXISTS (
  SELECT
  FROM pg_catalog.pg_partitioned_table p
  JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
  WHERE p.partrelid = archive_oid AND p.partstrat = 'r' AND p.partnatts = 1
    AND a.attname = time_column)
UNION ALL
SELECT format('%s has a DEFAULT partition', archive),
  'it forbids detaching without locks and has to be read whenever a month is added',
  format('Move its rows to where they belong; once it is empty: ALTER TABLE %s DETACH PARTITION %s;', archive, p.partdefid::regclass)
FROM kept JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = archive_oid
WHERE p.partdefid <> 0
UNION ALL
SELECT format('partition %s of %s is not the month of its name', child.oid::regclass, archive),
  'months that it overlaps could not be made',
  format('Give it the bounds of one month in UTC and the name %s_YYYY_MM, or move its rows to such partitions.', archive)
FROM kept
JOIN pg_catalog.pg_inherits i ON i.inhparent = archive_oid AND NOT i.inhdetachpending
JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
CROSS JOIN LATERAL (
  SELECT CASE WHEN child.relname ~ '_[0-9]{4}_(0[1-9]|1[0-2])$' AND left(child.relname, -8) = archive_table
    THEN to_date(right(child.relname, 7), 'YYYY_MM') END AS month
) AS named
WHERE partitioned AND kept.relkind = 'p' AND pg_get_expr(child.relpartbound, child.oid) NOT IN ('DEFAULT',
  coalesce(format('FOR VALUES FROM (%L) TO (%L)', named.month::timestamp AT TIME ZONE 'UTC',
    (named.month + interval '1 month') AT TIME ZONE 'UTC'), ''))
UNION ALL
SELECT format('trigger %s of %s fires on INSERT', t.tgname, t.tgrelid::regclass),
  'it could change or drop rows on their way into the archive',
  'Let whoever made the trigger take it from the archive; rows go there as they are.'
FROM kept JOIN pg_catalog.pg_trigger t
  ON t.tgrelid = archive_oid OR t.tgrelid IN (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = archive_oid)
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A') AND t.tgtype & 7 = 7
UNION ALL
SELECT format('foreign key %s of %s says %s', k.conname, k.conrelid::regclass, concat_ws(' ',
    CASE k.confdeltype WHEN 'c' THEN 'ON DELETE CASCADE' WHEN 'n' THEN 'ON DELETE SET NULL' WHEN 'd' THEN 'ON DELETE SET DEFAULT' END,
    CASE k.confupdtype WHEN 'c' THEN 'ON UPDATE CASCADE' WHEN 'n' THEN 'ON UPDATE SET NULL' WHEN 'd' THEN 'ON UPDATE SET DEFAULT' END)),
  format('whoever may delete or change rows of %s deletes or changes archived ones', k.confrelid::regclass),
  format('ALTER TABLE %s DROP CONSTRAINT %I;', k.conrelid::regclass, k.conname)
FROM kept JOIN pg_catalog.pg_constraint k
  ON k.conrelid = archive_oid OR k.conrelid IN (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = archive_oid)
WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
UNION ALL
SELECT format('%s is unlogged', archive), 'its rows would be gone after a crash',
  format('ALTER TABLE %s SET LOGGED;', archive)
FROM kept WHERE relpersistence = 'u'
UNION ALL
SELECT format('role archive_owner may not create tables in schema %s', relnamespace::regnamespace),
  'each month of rows needs a partition',
  format('GRANT USAGE, CREATE ON SCHEMA %s TO archive_owner;', relnamespace::regnamespace)
FROM kept
WHERE relkind = 'p' AND NOT (has_schema_privilege('archive_owner', relnamespace, 'USAGE')
  AND has_schema_privilege('archive_owner', relnamespace, 'CREATE'))
UNION ALL
SELECT format('role archive_owner may not add partitions to %s', archive),
  'each month of rows needs one', format('ALTER TABLE %s OWNER TO archive_owner;', archive)
FROM kept WHERE relkind = 'p' AND NOT pg_has_role('archive_owner', relowner, 'USAGE')
UNION ALL
SELECT format('role archive_engine may not create tables in tablespace %I, where %s is', t.spcname, archive),
  'each month of rows needs a partition there', format('GRANT CREATE ON TABLESPACE %I TO archive_engine;', t.spcname)
FROM kept JOIN pg_catalog.pg_tablespace t ON t.oid = kept.reltablespace
WHERE relkind = 'p' AND NOT has_tablespace_privilege('archive_engine', t.oid, 'CREATE')
UNION ALL
SELECT format('role archive_engine may not create indexes in tablespace %I, where index %s of %s is', t.spcname, i.indexrelid::regclass, archive),
  'each month of rows needs one there', format('GRANT CREATE ON TABLESPACE %I TO archive_engine;', t.spcname)
FROM kept
JOIN pg_catalog.pg_index i ON i.indrelid = archive_oid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_tablespace t ON t.oid = ic.reltablespace
WHERE kept.relkind = 'p' AND ic.reltablespace <> kept.reltablespace AND NOT has_tablespace_privilege('archive_engine', t.oid, 'CREATE')
UNION ALL
-- https://www.postgresql.org/docs/15/logical-replication-publication.html
SELECT format('%s is published with its deletions and has no replica identity', source),
  'deleting a row would fail (55000)',
  format('Give the table a primary key, or ALTER TABLE %s REPLICA IDENTITY FULL;', source)
FROM live
JOIN pg_catalog.pg_class c ON c.oid = source_oid
WHERE c.relkind = 'r' AND c.relpersistence = 'p'
  AND CASE c.relreplident
    WHEN 'f' THEN false
    WHEN 'n' THEN true
    WHEN 'd' THEN NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = source_oid AND i.indisprimary AND i.indisvalid)
    ELSE NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = source_oid AND i.indisreplident AND i.indisvalid) END
  AND EXISTS (
    SELECT FROM pg_catalog.pg_publication p
    WHERE p.pubdelete AND (p.puballtables
      OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = source_oid)
      OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace n WHERE n.pnpubid = p.oid AND n.pnnspid = c.relnamespace)))
UNION ALL
SELECT format('%s is published with its changes and has no replica identity', archive),
  CASE WHEN updated THEN 'changing a value of a roll-up would fail (55000)' ELSE 'a restore could not take a row out of it (55000)' END,
  format('Give the table a primary key, or ALTER TABLE %s REPLICA IDENTITY FULL, and its partitions;', archive)
FROM kept
WHERE kept.relpersistence = 'p'
  AND EXISTS (
    SELECT FROM pg_catalog.pg_class c
    WHERE (c.oid = archive_oid OR c.oid IN (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = archive_oid))
      AND CASE c.relreplident
        WHEN 'f' THEN false
        WHEN 'n' THEN true
        WHEN 'd' THEN NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid)
        ELSE NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisreplident AND i.indisvalid) END)
  AND EXISTS (
    SELECT FROM pg_catalog.pg_publication p
    WHERE (p.pubdelete OR p.pubupdate) AND (p.puballtables
      OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = archive_oid)
      OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace n WHERE n.pnpubid = p.oid AND n.pnnspid = kept.relnamespace)))
UNION ALL
SELECT format('role %s may not use schema %I', current_user, n.nspname), 'none of its statements could name the table',
  CASE WHEN current_user IN ('archive_owner', 'archive_engine') THEN format('GRANT USAGE ON SCHEMA %I TO archive_owner;', n.nspname)
    ELSE concat_ws('; ',
      CASE WHEN NOT has_schema_privilege('archive_operator', n.oid, 'USAGE')
        THEN format('GRANT USAGE ON SCHEMA %I TO archive_operator, archive_owner, archive_reader', n.nspname) END,
      CASE WHEN NOT pg_has_role('archive_operator', 'USAGE') THEN format('GRANT archive_operator TO %I', current_user) END) || ';'
  END
FROM pg_catalog.pg_namespace n
WHERE n.nspname IN (SELECT source_schema FROM family UNION SELECT archive_schema FROM family)
  AND NOT has_schema_privilege(n.oid, 'USAGE')
UNION ALL
SELECT format('role %s may not %s %s', current_user, needed.privilege, needed.relation),
  'the job would fail at its first batch',
  CASE WHEN current_user IN ('archive_owner', 'archive_engine')
    THEN format('GRANT %s ON %s TO archive_owner;', needed.privilege, needed.relation)
    ELSE concat_ws('; ',
      CASE WHEN NOT has_table_privilege('archive_operator', needed.relation_oid, needed.privilege)
        THEN format('GRANT %s ON %s TO archive_operator', needed.privilege, needed.relation) END,
      CASE WHEN NOT pg_has_role('archive_operator', 'USAGE') THEN format('GRANT archive_operator TO %I', current_user) END) || ';'
  END
FROM family, LATERAL (VALUES
    (source, source_oid, 'SELECT'), (source, source_oid, 'DELETE'),
    -- the roots of a family, and their descendants, are locked before they are taken
    (source, source_oid, CASE WHEN EXISTS (SELECT FROM link) THEN 'UPDATE' END),
    (archive, archive_oid, 'SELECT'), (archive, archive_oid, 'INSERT')
  ) AS needed (relation, relation_oid, privilege)
WHERE needed.relation_oid IS NOT NULL AND needed.privilege IS NOT NULL
  AND NOT has_table_privilege(needed.relation_oid, needed.privilege)
UNION ALL
-- nobody needs the right to change a daily value's series or day
SELECT format('role %s may not UPDATE %s of %s', current_user, lacking.columns, archive),
  'late samples could not be merged into daily values',
  CASE WHEN current_user IN ('archive_owner', 'archive_engine')
    THEN format('GRANT UPDATE (%s) ON %s TO archive_owner;', lacking.columns, archive)
    ELSE concat_ws('; ',
      CASE WHEN NOT lacking.operator_has THEN format('GRANT UPDATE (%s) ON %s TO archive_operator', lacking.columns, archive) END,
      CASE WHEN NOT pg_has_role('archive_operator', 'USAGE') THEN format('GRANT archive_operator TO %I', current_user) END) || ';'
  END
FROM family, LATERAL (
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY merged.number) AS columns,
    bool_and(has_column_privilege('archive_operator', a.attrelid, a.attnum, 'UPDATE')) AS operator_has
  FROM unnest(/* {merged_columns} */) WITH ORDINALITY AS merged (name, number)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = archive_oid AND a.attname = merged.name AND NOT a.attisdropped
  WHERE NOT has_column_privilege(a.attrelid, a.attnum, 'UPDATE')
) AS lacking
WHERE updated AND lacking.columns IS NOT NULL
UNION ALL
-- ON CONFLICT finds the value that is there by this index, whatever the order of its columns
SELECT format('%s has no unique index (%s) of aggregated rows', archive, wanted.columns),
  'a value could not take up samples that come late',
  format('CREATE UNIQUE INDEX ON %s (%s) WHERE is_aggregated;', archive, wanted.columns)
FROM kept, LATERAL (
  SELECT string_agg(quote_ident(each.name), ', ' ORDER BY each.place) AS columns,
    array_agg(each.name ORDER BY each.name) AS names
  FROM (SELECT * FROM unnest(kept.series || kept.time_column::text) WITH ORDINALITY) AS each (name, place)
) AS wanted
WHERE updated AND relkind IN ('r', 'p')
  -- of a column that is missing another refusal speaks
  AND wanted.names || 'is_aggregated'::text <@ ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = archive_oid AND a.attnum > 0 AND NOT a.attisdropped)
  AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_index i
  WHERE i.indrelid = archive_oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indexprs IS NULL
    AND coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'is_aggregated') = 'is_aggregated'
    AND ARRAY(SELECT a.attname::text COLLATE "default" FROM generate_series(1, i.indnkeyatts) AS n
      JOIN pg_catalog.pg_attribute a ON a.attrelid = archive_oid AND a.attnum = i.indkey[n - 1] ORDER BY a.attname::text COLLATE "default")
    = wanted.names)

-- name: windows
-- Rows that become one row of the archive are counted together first.
SELECT to_char(merged.month, 'YYYY-MM-DD') AS month,
  sum(merged.rows)::bigint AS rows,
  sum(merged.bytes)::bigint AS bytes,
  sum(merged.held)::bigint AS held,
  "{archived}" AS archived
FROM (
  SELECT aged.archivist_month AS month,
    count(*) FILTER (WHERE NOT aged.archivist_held) AS rows,
    coalesce(sum(aged.archivist_bytes) FILTER (WHERE NOT aged.archivist_held), 0) AS bytes,
    count(*) FILTER (WHERE aged.archivist_held) AS held
  FROM (
    SELECT date_trunc('month', "{archived_time}", 'UTC') AT TIME ZONE 'UTC' AS archivist_month,
      "{bytes}" AS archivist_bytes, "{held}" AS archivist_held/* {merged_columns} */
    FROM /* {joined} */
    WHERE root."{time}" >= ? AND root."{time}" < ?
  ) AS aged
  GROUP BY aged.archivist_month/* {merged_by} */
) AS merged
GROUP BY merged.month
ORDER BY merged.month

-- name: each_row
sum(merged.rows)::bigint

-- name: each_group
count(*) FILTER (WHERE merged.rows > 0)

-- name: merged_columns
, "{series}", "{start}" AS archivist_start

-- name: merged_by
, "{series}", aged.archivist_start

-- name: nothing_merged

-- name: rows_that_break
-- One number for each constraint of the archive that the live table does not have.
SELECT "{counts}"
FROM (
  SELECT "{columns}"
  FROM /* {joined} */
  WHERE root."{time}" >= ? AND root."{time}" < ?
    AND NOT "{held}"
) AS coming

-- name: count_of_broken
count(*) FILTER (WHERE "{violated}")

-- name: stricter_keys
-- Unique indexes of the archive that allow less than those of the live table: none of these has only keys of theirs. Of
-- others' tables none is looked at: to read an index's definition takes a lock on its table.
WITH unique_key AS (
  SELECT asked.part, asked.schema_name, asked.table_name, i.indexrelid, i.indrelid, i.indisprimary, i.indisvalid,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    -- whether two rows whose keys are null are equal, or there are none
    i.indnullsnotdistinct AS equal_nulls,
    NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND NOT a.attnotnull)
      AND i.indexprs IS NULL AS without_nulls,
    ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)) AS names,
    ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, place, true)
        -- by others all that differs is unequal
        || coalesce((SELECT ' ' || l.oid FROM pg_catalog.pg_collation l
          WHERE l.oid = i.indcollation[place - 1] AND NOT l.collisdeterministic), '')
      FROM pg_catalog.generate_series(1, i.indnkeyatts::integer) AS place) AS parts,
    ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, place, true)
      FROM pg_catalog.generate_series(1, i.indnkeyatts::integer) AS place ORDER BY place) AS shown
  FROM (VALUES ('archive', ?, ?), ('live', ?, ?)) AS asked (part, schema_name, table_name)
  JOIN pg_catalog.pg_namespace n ON n.nspname = asked.schema_name
  JOIN pg_catalog.pg_class t ON t.relnamespace = n.oid AND t.relname = asked.table_name
  JOIN pg_catalog.pg_index i ON i.indrelid = t.oid
  WHERE i.indisunique
)
SELECT pg_catalog.quote_ident(c.relname) AS name, pg_catalog.array_to_string(kept.shown, ', ') AS keys, kept.predicate,
  CASE
    -- restores know the archive's rows by it
    WHEN kept.indisprimary THEN pg_catalog.format('ALTER TABLE %I.%I ADD UNIQUE (%s);', live.schema_name, live.table_name,
      (SELECT pg_catalog.string_agg(each, ', ' ORDER BY place)
        FROM pg_catalog.unnest(kept.shown) WITH ORDINALITY AS key (each, place) WHERE each <> 'archived_root_time'))
    WHEN k.conname IS NOT NULL
      THEN pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I;', kept.schema_name, kept.table_name, k.conname)
    ELSE pg_catalog.format('DROP INDEX %I.%I;', kept.schema_name, c.relname) END AS remedy
FROM unique_key AS kept
JOIN pg_catalog.pg_class c ON c.oid = kept.indexrelid
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = kept.indexrelid AND k.conrelid = kept.indrelid AND k.contype IN ('p', 'u'),
(SELECT ? AS schema_name, ? AS table_name) AS live
WHERE kept.part = 'archive'
  -- of what only the archive has, it knows itself that no two rows have the same
  AND NOT EXISTS (
    SELECT FROM pg_catalog.unnest(kept.names) AS own (name)
    WHERE own.name <> 'archived_root_time' AND own.name NOT IN (
      SELECT a.attname::text
      FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_class t ON t.relnamespace = n.oid
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid
      WHERE n.nspname = live.schema_name AND t.relname = live.table_name AND a.attnum > 0 AND NOT a.attisdropped))
  AND NOT EXISTS (
    SELECT
    FROM unique_key AS other
    WHERE other.part = 'live' AND other.indisvalid AND other.parts <@ kept.parts
      AND (other.predicate IS NULL OR other.predicate = kept.predicate)
      AND (other.equal_nulls OR other.without_nulls OR NOT kept.equal_nulls))
ORDER BY c.relname

-- name: cascades
-- What reaches live rows when a row of another table is deleted, and archived ones no more.
SELECT k.conname AS name, k.confrelid::pg_catalog.regclass::text AS parent, k.conrelid::pg_catalog.regclass::text AS live,
  CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END AS action
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND k.confdeltype IN ('c', 'n', 'd') AND n.nspname = ? AND c.relname = ?
  AND k.confrelid NOT IN (SELECT source.oid
    FROM archive.policy_tables AS t
    JOIN pg_catalog.pg_namespace AS sn ON sn.nspname = t.source_schema
    JOIN pg_catalog.pg_class AS source ON source.relnamespace = sn.oid AND source.relname = t.source_table
    WHERE t.policy = ?)
ORDER BY k.conname

-- name: droppable
-- What columns of an archive are made of and another role may drop; its columns go with it. A type of an extension is
-- its extension's.
WITH RECURSIVE made (name, number, type, sorted_by) AS (
  SELECT a.attname, a.attnum, a.atttypid, a.attcollation
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE n.nspname = ? AND c.relname = ?
  UNION
  SELECT made.name, made.number, part.type, part.sorted_by
  FROM made
  JOIN pg_catalog.pg_type t ON t.oid = made.type
  LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid OR r.rngmultitypid = t.oid,
  LATERAL (
    SELECT unnest(ARRAY[t.typelem, t.typbasetype, r.rngsubtype]), t.typcollation
    UNION ALL
    SELECT a.atttypid, a.attcollation FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS part (type, sorted_by)
  WHERE made.type >= 16384
),
part (name, number, class, object, owner) AS (
  SELECT made.name, made.number, 'pg_type'::regclass, t.oid, t.typowner
  FROM made JOIN pg_catalog.pg_type t ON t.oid = made.type
  -- an array goes with its elements' type
  WHERE t.oid >= 16384 AND t.typsubscript <> 'pg_catalog.array_subscript_handler'::regproc
  UNION
  SELECT made.name, made.number, 'pg_collation'::regclass, l.oid, l.collowner
  FROM made JOIN pg_catalog.pg_collation l ON l.oid = made.sorted_by
  WHERE l.oid >= 16384
),
owned (name, number, class, object, owner) AS (
  SELECT part.name, part.number, coalesce(d.refclassid, part.class), coalesce(e.oid, part.object), coalesce(e.extowner, part.owner)
  FROM part
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = part.class AND d.objid = part.object AND d.deptype = 'e'
    AND d.refclassid = 'pg_extension'::regclass
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
)
SELECT pg_catalog.pg_describe_object(owned.class, owned.object, 0) AS what, role.rolname AS owner,
  string_agg(DISTINCT quote_ident(owned.name), ', ') AS columns
FROM owned
JOIN pg_catalog.pg_roles role ON role.oid = owned.owner
WHERE NOT role.rolsuper AND role.rolname NOT IN ('archive_owner', 'archive_engine')
GROUP BY owned.class, owned.object, role.rolname
ORDER BY 1

-- name: stray_times
SELECT CASE
    WHEN live."{time}" IS NULL THEN 'null'
    WHEN live."{time}" = 'infinity' THEN 'infinity'
    WHEN live."{time}" = '-infinity' THEN '-infinity'
    ELSE 'before the year 1'
  END AS what,
  count(*) AS rows
FROM "{source}" AS live
WHERE live."{time}" IS NULL OR live."{time}" = 'infinity' OR live."{time}" < ?
GROUP BY 1
ORDER BY 1

-- name: lost_detail
SELECT count(*)
FROM "{source}" AS live
WHERE live."{time}" >= ? AND live."{time}" < ? AND live."{detail}" <> '{}'::jsonb

-- name: size_recorded
coalesce("{size}", 0)

-- name: size_unknown
0
