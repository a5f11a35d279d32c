-- Each row: what was found, why it matters, what to do about it. The target is where rows go: the
-- live table, or one that takes a copy.
WITH given AS (
  SELECT g.*,
    format('%I.%I', g.archive_schema, g.archive_table) AS archive,
    format('%I.%I', g.target_schema, g.target_table) AS target,
    (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = g.archive_schema AND c.relname = g.archive_table) AS archive_oid,
    (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = g.target_schema AND c.relname = g.target_table) AS target_oid
  FROM (SELECT ?::text, ?::text, ?::text, ?::text, ?::boolean, ?::text, ?::timestamptz, ?::timestamptz)
    AS g (archive_schema, archive_table, target_schema, target_table, is_copy, policy, from_time, to_time)
),
kept AS (
  SELECT given.*, part.oid AS part_oid
  FROM given, LATERAL (SELECT archive_oid UNION SELECT relid FROM pg_catalog.pg_partition_tree(archive_oid)) AS part (oid)
  WHERE archive_oid IS NOT NULL
),
target AS (
  SELECT given.*, c.relkind, c.relpersistence
  FROM given JOIN pg_catalog.pg_class c ON c.oid = given.target_oid
)
SELECT format('archive table %s is not there', archive), 'there is nothing to restore',
  'Run archivist migrate, or create the table.'
FROM given WHERE archive_oid IS NULL
UNION ALL
SELECT format('month %s is on its way to the bin', to_char(leaving.month, 'YYYY-MM')),
  'a purge of it has begun and not ended', 'Run archivist purge, and archivist bin restore if its rows are wanted.'
FROM given JOIN archive.bin AS leaving ON leaving.policy = given.policy AND leaving.state = 'detaching'
  AND archive.bin_place(leaving.bin_id) IS DISTINCT FROM 'attached'
  AND leaving.month::timestamp AT TIME ZONE 'UTC' < to_time
  AND (leaving.month + interval '1 month') AT TIME ZONE 'UTC' > from_time
UNION ALL
SELECT format('live table %s is not there', target), 'rows would have nowhere to go',
  'Create the table, or restore with --into.'
FROM given WHERE target_oid IS NULL AND NOT is_copy
UNION ALL
SELECT format('%s is not an ordinary table', target), 'rows cannot be put into it safely',
  'Restore into an ordinary table.'
FROM target WHERE NOT (relkind = 'r' OR relkind = 'p' AND is_copy)
UNION ALL
SELECT format('%s is a temporary table', target), 'it ends with its session',
  'Restore into a permanent table.'
FROM target WHERE relpersistence = 't'
UNION ALL
SELECT format('%s is unlogged', target), 'rows that leave the archive for it would be gone after a crash',
  format('ALTER TABLE %s SET LOGGED, or restore with --into.', target)
FROM target WHERE relpersistence = 'u' AND NOT is_copy
UNION ALL
SELECT format('row-level security of %s applies to role %s', seen.oid::pg_catalog.regclass, current_user),
  'rows that the role may not see or write would stay behind',
  format('Run as a role with BYPASSRLS, or ALTER TABLE %s NO FORCE ROW LEVEL SECURITY for its owner.', seen.oid::pg_catalog.regclass)
FROM given, LATERAL (VALUES (archive_oid), (target_oid)) AS seen (oid)
WHERE seen.oid IS NOT NULL AND row_security_active(seen.oid)
UNION ALL
SELECT format('trigger %s of %s fires on INSERT', t.tgname, target),
  'it would take old rows for new ones, or change them',
  format('ALTER TABLE %s DISABLE TRIGGER %I while rows are restored, or restore with --into another table.', target, t.tgname)
FROM target JOIN pg_catalog.pg_trigger t ON t.tgrelid = target_oid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 4 <> 0
UNION ALL
SELECT format('rule %s of %s rewrites INSERT', r.rulename, target),
  'the statement that restores rows would not do what it says',
  format('DROP RULE %I ON %s, or restore with --into another table.', r.rulename, target)
FROM target JOIN pg_catalog.pg_rewrite r ON r.ev_class = target_oid
WHERE r.ev_type = '3' AND r.ev_enabled <> 'D'
UNION ALL
SELECT format('trigger %s of %s fires on DELETE', t.tgname, part_oid::pg_catalog.regclass),
  'rows that go back might stay in the archive too',
  format('DROP TRIGGER %I ON %s, or restore with --into.', t.tgname, part_oid::pg_catalog.regclass)
FROM kept JOIN pg_catalog.pg_trigger t ON t.tgrelid = part_oid
WHERE NOT is_copy AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 8 <> 0
UNION ALL
SELECT format('rule %s of %s rewrites DELETE', r.rulename, part_oid::pg_catalog.regclass),
  'the statement that restores rows would not do what it says',
  format('DROP RULE %I ON %s, or restore with --into.', r.rulename, part_oid::pg_catalog.regclass)
FROM kept JOIN pg_catalog.pg_rewrite r ON r.ev_class = part_oid
WHERE NOT is_copy AND r.ev_type = '4' AND r.ev_enabled <> 'D'
UNION ALL
SELECT DISTINCT format('foreign key %s of %s points at the archive', f.conname, f.conrelid::pg_catalog.regclass),
  'taking a row out would fail, or would delete or change rows of the other table',
  format('ALTER TABLE %s DROP CONSTRAINT %I, or restore with --into.', f.conrelid::pg_catalog.regclass, f.conname)
FROM kept JOIN pg_catalog.pg_constraint f ON f.confrelid = archive_oid AND f.contype = 'f'
WHERE NOT is_copy
UNION ALL
SELECT format('%s belongs to Archivist or to a policy', target),
  'copies of archived rows in it would be taken for rows of its own',
  'Restore into a table of your own, or without --into back into the live table.'
FROM given
WHERE is_copy AND (
  target_schema IN ('archive', 'archive_bin', 'pg_catalog', 'information_schema')
  OR EXISTS (
    SELECT FROM archive.policies p
    WHERE (p.source_schema, p.source_table) = (target_schema, target_table)
      OR (p.archive_schema, p.archive_table) = (target_schema, target_table)
      OR EXISTS (SELECT FROM pg_catalog.pg_partition_ancestors(target_oid) AS above
        WHERE above.relid = pg_catalog.to_regclass(format('%I.%I', p.archive_schema, p.archive_table))))
  OR (target_schema, target_table) IN (SELECT n.nspname, c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname IN ('archive_jobs') AND c.relowner = 'archive_auditor'::pg_catalog.regrole))
UNION ALL
SELECT format('role %s may not make tables in schema %s', current_user, target_schema),
  format('%s is not there and would be made', target),
  format('Create the schema and GRANT CREATE on it to %I, or name a table that is there.', current_user)
FROM given LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = target_schema
WHERE is_copy AND target_oid IS NULL AND coalesce(NOT has_schema_privilege(n.oid, 'CREATE'), true)
UNION ALL
SELECT format('role %s may not %s %s', current_user, needed.privilege, needed.relation),
  'the restore would fail at its first batch',
  format('GRANT %s ON %s TO archive_owner;', needed.privilege, needed.relation)
FROM given, LATERAL (VALUES
    (archive, archive_oid, 'SELECT'), (archive, archive_oid, CASE WHEN NOT is_copy THEN 'DELETE' END),
    (target, target_oid, 'SELECT'), (target, target_oid, 'INSERT')
  ) AS needed (relation, relation_oid, privilege)
WHERE needed.relation_oid IS NOT NULL AND needed.privilege IS NOT NULL
  AND NOT has_table_privilege(needed.relation_oid, needed.privilege)
