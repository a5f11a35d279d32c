-- What comes back from the archive.

-- name: any
SELECT EXISTS (
  SELECT
  FROM "{archive}" AS kept
  WHERE kept."{time}" >= ? AND kept."{time}" < ?
    AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true))

-- name: batch
WITH
/* {given} */,
picked AS MATERIALIZED (
  -- until they have as many bytes as may be
  SELECT counted.part, counted.tid, counted.total
  FROM (
    SELECT found.part, found.tid, found.bytes, sum(found.bytes) OVER (ROWS UNBOUNDED PRECEDING) AS total
    FROM (
      SELECT kept.tableoid AS part, kept.ctid AS tid, "{stored_bytes}" AS bytes
      FROM "{archive}" AS kept
      WHERE kept."{time}" >= ? AND kept."{time}" < ?
        AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
      LIMIT ?
    ) AS found
  ) AS counted
  WHERE counted.total - counted.bytes < ?::bigint
),
/* {tables} */,
months AS (
  /* {months} */
),
/* {ledger_taken} */
SELECT
  (SELECT count(*) FROM picked) AS picked,
  (SELECT coalesce(max(picked.total), 0)::bigint FROM picked) AS total,
  (SELECT count(*) FROM gone_0) AS roots,
  "{gone}" AS gone,
  "{back}" AS back,
  "{unchanged}" AS unchanged,
  (SELECT count(DISTINCT (months.position, months.month)) FROM months) = (SELECT count(*) FROM entry) AS entered,
  (SELECT coalesce(sum(months.bytes), 0)::bigint FROM months) AS bytes

-- name: binned
SELECT to_char(binned.month, 'YYYY-MM') AS month, binned.bin_id::text
FROM archive.bin AS binned
WHERE binned.policy = ? AND binned.state = 'binned'
  AND binned.month::timestamp AT TIME ZONE 'UTC' < ?
  AND (binned.month + interval '1 month') AT TIME ZONE 'UTC' > ?
ORDER BY binned.month, binned.binned_at

-- name: guards
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
SELECT code.what, code.why, code.hint
FROM given, LATERAL archive.foreign_code(
  -- whoever asks whether parents are there reads them
  ARRAY(SELECT k.confrelid::regclass FROM pg_catalog.pg_constraint k WHERE k.conrelid = target_oid AND k.contype = 'f'),
  '{}',
  array_remove(ARRAY[CASE WHEN NOT is_copy THEN target_oid END]::regclass[], NULL),
  array_remove(ARRAY[archive_oid, CASE WHEN is_copy THEN target_oid END]::regclass[], NULL)) AS code
UNION ALL
SELECT what, why, hint
FROM (
  SELECT /* {changed_column} */
  FROM /* {changed_columns} */
    AND (was.policy, t.archive_schema, t.archive_table) IN (SELECT given.policy, given.archive_schema, given.archive_table FROM given)
) AS changed
UNION ALL
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
SELECT format('%s is not an ordinary table', archive), 'what it shows may be something else to everybody',
  'Put the table back into its place.'
FROM given JOIN pg_catalog.pg_class c ON c.oid = archive_oid
WHERE c.relkind NOT IN ('r', 'p')
UNION ALL
SELECT format('role %s named %s for policy "%s", and may not INSERT', t.named_by, target, t.policy),
  'by a policy nobody gains a right to a table',
  format('If it is right, let a role that may name them again: UPDATE archive.policy_tables SET position = position WHERE policy = %L;', t.policy)
FROM given
JOIN archive.policy_tables AS t ON (t.policy, t.archive_schema, t.archive_table) = (given.policy, given.archive_schema, given.archive_table)
LEFT JOIN pg_catalog.pg_roles AS role ON role.rolname = t.named_by
WHERE NOT is_copy AND target_oid IS NOT NULL AND (role.oid IS NULL OR NOT has_table_privilege(role.oid, target_oid, 'INSERT')
    OR NOT has_schema_privilege(role.oid, (SELECT c.relnamespace FROM pg_catalog.pg_class c WHERE c.oid = target_oid), 'USAGE'))
UNION ALL
-- the table may have been made, or changed hands, since the copy was asked for
SELECT format('role %s asked for a copy into %s, and may not INSERT', job.requested_by, target),
  'nobody gains a right to a table by asking for a copy',
  format('Name a table that the role may INSERT into, or: GRANT INSERT ON %s TO %I;', target, job.requested_by)
FROM target
JOIN pg_catalog.pg_class c ON c.oid = target_oid
JOIN archive.jobs AS job ON job.job_type = target.policy AND job.action = 'restore' AND job.status IN ('pending', 'running')
  AND pg_catalog.to_regclass(job.options ->> 'into') = target_oid
LEFT JOIN pg_catalog.pg_roles AS role ON role.rolname = job.requested_by
WHERE is_copy
  AND (role.oid IS NULL OR NOT has_table_privilege(role.oid, target_oid, 'INSERT') OR NOT has_schema_privilege(role.oid, c.relnamespace, 'USAGE'))
  -- a running job has made it as whoever runs it, as one before may have in the database
  AND NOT (job.status = 'running' AND pg_get_userbyid(c.relowner) = current_user)
  AND NOT (c.relkind = 'r' AND c.relowner = 'archive_engine'::pg_catalog.regrole AND c.relnamespace <> 'archive'::pg_catalog.regnamespace)
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
  format('Restore with --into, or ALTER TABLE %s SET LOGGED;', target)
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
  'Restore with --into another table, or let whoever made the trigger decide what it has to do when a row comes back.'
FROM target JOIN pg_catalog.pg_trigger t ON t.tgrelid = target_oid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 4 <> 0
UNION ALL
SELECT format('rule %s of %s rewrites INSERT', r.rulename, target),
  'the statement that restores rows would not do what it says',
  format('Restore with --into another table, or DROP RULE %I ON %s;', r.rulename, target)
FROM target JOIN pg_catalog.pg_rewrite r ON r.ev_class = target_oid
WHERE r.ev_type = '3' AND r.ev_enabled <> 'D'
UNION ALL
SELECT format('trigger %s of %s fires on DELETE', t.tgname, part_oid::pg_catalog.regclass),
  'rows that go back might stay in the archive too',
  format('Restore with --into, or DROP TRIGGER %I ON %s;', t.tgname, part_oid::pg_catalog.regclass)
FROM kept JOIN pg_catalog.pg_trigger t ON t.tgrelid = part_oid
WHERE NOT is_copy AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 8 <> 0
UNION ALL
SELECT format('rule %s of %s rewrites DELETE', r.rulename, part_oid::pg_catalog.regclass),
  'the statement that restores rows would not do what it says',
  format('Restore with --into, or DROP RULE %I ON %s;', r.rulename, part_oid::pg_catalog.regclass)
FROM kept JOIN pg_catalog.pg_rewrite r ON r.ev_class = part_oid
WHERE NOT is_copy AND r.ev_type = '4' AND r.ev_enabled <> 'D'
UNION ALL
SELECT DISTINCT format('foreign key %s of %s points at the archive', f.conname, f.conrelid::pg_catalog.regclass),
  'taking a row out would fail, or would delete or change rows of the other table',
  format('Restore with --into, or ALTER TABLE %s DROP CONSTRAINT %I;', f.conrelid::pg_catalog.regclass, f.conname)
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
    SELECT FROM archive.policy_tables p
    WHERE (p.source_schema, p.source_table) = (target_schema, target_table)
      OR (p.archive_schema, p.archive_table) = (target_schema, target_table)
      OR EXISTS (SELECT FROM pg_catalog.pg_partition_ancestors(target_oid) AS above
        WHERE above.relid = pg_catalog.to_regclass(format('%I.%I', p.archive_schema, p.archive_table))))
  OR (target_schema, target_table) IN (SELECT n.nspname, c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = 'archive_jobs' AND c.relowner = 'archive_auditor'::pg_catalog.regrole))
UNION ALL
SELECT format('role %s may not make tables in schema %s', current_user, target_schema),
  format('%s is not there and would be made', target),
  format('Create the schema and GRANT CREATE on it to %I, or name a table that is there.', current_user)
FROM given LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = target_schema
WHERE is_copy AND target_oid IS NULL AND coalesce(NOT has_schema_privilege(n.oid, 'CREATE'), true)
UNION ALL
SELECT format('role %s may not %s %s', current_user, needed.privilege, needed.relation),
  'the restore would fail at its first batch',
  concat_ws(' and ',
    CASE WHEN NOT has_table_privilege('archive_owner', needed.relation_oid, needed.privilege)
      THEN format('GRANT %s ON %s TO archive_owner', needed.privilege, needed.relation) END,
    CASE WHEN NOT pg_has_role('archive_owner', 'USAGE') THEN format('GRANT archive_owner TO %I', current_user) END) || '.'
FROM given, LATERAL (VALUES
    (archive, archive_oid, 'SELECT'), (archive, archive_oid, CASE WHEN NOT is_copy THEN 'DELETE' END),
    (target, target_oid, 'SELECT'), (target, target_oid, 'INSERT')
  ) AS needed (relation, relation_oid, privilege)
WHERE needed.relation_oid IS NOT NULL AND needed.privilege IS NOT NULL
  AND NOT has_table_privilege(needed.relation_oid, needed.privilege)

-- name: months
SELECT to_char(date_trunc('month', coming.at, 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
  count(*) AS rows, coalesce(sum(coming.bytes), 0)::bigint AS bytes
FROM (
  /* {tables} */
) AS coming
GROUP BY 1
ORDER BY 1

-- name: rows_of_table
SELECT root."{time}" AS at, "{bytes}" AS bytes
  FROM /* {joined} */
  WHERE root."{time}" >= ? AND root."{time}" < ?
    AND coalesce(pg_catalog.to_jsonb(root.*) @> ?::jsonb, true)

-- name: options
SELECT archive.restore_options(?, ?::jsonb)::text

-- name: request
SELECT (given.options ->> 'from')::timestamptz AS from_time, (given.options ->> 'to')::timestamptz AS to_time,
  (parse_ident(given.options ->> 'into'))[1] AS into_schema,
  (parse_ident(given.options ->> 'into'))[2] AS into_table,
  (given.options -> 'where')::text AS matching,
  nullif((given.options ->> 'hold')::interval, '0')::text AS hold
FROM (SELECT ?::jsonb AS options) AS given

-- name: report
WITH
/* {given} */,
gone AS (
  DELETE FROM "{archive}" AS kept
  WHERE kept."{key}" = ?::uuid AND kept.s3_location = ?
  RETURNING "{kept_columns}", kept.archive_batch_id
),
back AS (
  INSERT INTO "{source}" AS live ("{written_columns}")
  OVERRIDING SYSTEM VALUE
  SELECT "{gone_written_columns}"
  FROM gone
  RETURNING "{live_columns}"
),
stray AS (
  INSERT INTO archive.stray_objects AS stray (location, policy, drop_after, report, file, content_bytes, content_sha256)
  SELECT gone.s3_location, policy.name, (archive.clock() AT TIME ZONE 'UTC' + policy.bin_for) AT TIME ZONE 'UTC',
    gone."{key}", gone."{file}", gone.content_bytes, gone.content_sha256
  FROM gone, given
  JOIN archive.policies AS policy ON policy.name = given.policy
  ON CONFLICT (location) DO UPDATE SET since = excluded.since,
    drop_after = greatest(stray.drop_after, excluded.drop_after), report = excluded.report, file = excluded.file,
    content_bytes = excluded.content_bytes, content_sha256 = excluded.content_sha256
),
expiring_no_more AS (
  -- The report may be archived again, and its object gets the same location.
  DELETE FROM archive.expiring_objects AS expiring
  USING gone
  WHERE expiring.location = gone.s3_location
),
released_no_more AS (
  DELETE FROM archive.released_objects AS released
  USING gone, given
  WHERE released.policy = given.policy AND released.location = gone.s3_location
),
months AS (
  SELECT 0::smallint AS position, (date_trunc('month', gone."{time}", 'UTC') AT TIME ZONE 'UTC')::date AS month,
    coalesce(gone.archive_batch_id, given.batch) AS origin,
    count(*) AS rows,
    sum(gone.content_bytes) AS bytes,
    min(gone."{time}") AS oldest,
    max(gone."{time}") AS newest,
    sum("{gone_digest_a}") AS digest_a,
    sum("{gone_digest_b}") AS digest_b
  FROM gone, given
  GROUP BY 2, 3
),
/* {ledger_taken} */
SELECT
  (SELECT count(*) FROM gone) AS gone,
  (SELECT count(*) FROM back) AS back,
  (SELECT sum("{gone_content_a}") FROM gone) IS NOT DISTINCT FROM (SELECT sum("{back_content_a}") FROM back)
    AND (SELECT sum("{gone_content_b}") FROM gone) IS NOT DISTINCT FROM (SELECT sum("{back_content_b}") FROM back)
    AS unchanged,
  (SELECT count(DISTINCT months.month) FROM months) = (SELECT count(*) FROM entry) AS entered,
  (SELECT coalesce(sum(months.bytes), 0)::bigint FROM months) AS bytes

-- name: reports
SELECT kept."{key}"::text AS key, kept."{time}" AS at, kept."{file}" AS file, kept.s3_location,
  kept.content_bytes, kept.content_sha256, kept.object_bytes, kept.object_sha256, kept.file_rights
FROM "{archive}" AS kept
WHERE kept."{time}" >= ? AND kept."{time}" < ?
  AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
  AND (kept."{time}", kept."{key}") > (?::timestamptz, ?::uuid)
ORDER BY kept."{time}", kept."{key}"
LIMIT ?

-- name: window
-- The next part of the range that lies in one partition; a bound that is none reaches for ever.
SELECT greatest(part.from_time, asked.from_time) AS from_time, least(part.to_time, asked.to_time) AS to_time
FROM (SELECT ?::timestamptz AS from_time, ?::timestamptz AS to_time) AS asked,
LATERAL (
  SELECT
    coalesce((pg_catalog.regexp_match(bound.text, 'FROM [(]''([^'']+)''[)]'))[1]::timestamptz, '-infinity') AS from_time,
    coalesce((pg_catalog.regexp_match(bound.text, 'TO [(]''([^'']+)''[)]'))[1]::timestamptz, 'infinity') AS to_time
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class child ON child.oid = i.inhrelid
  JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
  JOIN pg_catalog.pg_namespace n ON n.oid = parent.relnamespace,
  LATERAL (SELECT pg_catalog.pg_get_expr(child.relpartbound, child.oid) AS text) AS bound
  WHERE n.nspname = ? AND parent.relname = ?
) AS part
WHERE part.to_time > asked.from_time AND part.from_time < asked.to_time
ORDER BY part.from_time
LIMIT 1

-- name: copy_batch
-- All rows of the last instant are taken, so the next batch begins after it. What is there already
-- with the same content was copied before.
WITH picked AS MATERIALIZED (
  SELECT "{counted_columns}", counted.archivist_total
  FROM (
    SELECT found.*, sum(found.archivist_bytes) OVER (ORDER BY found."{time}") AS archivist_total,
      coalesce(sum(found.archivist_bytes) OVER (ORDER BY found."{time}" GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
        AS archivist_before
    FROM (
      SELECT "{kept_columns}", "{stored_bytes}" AS archivist_bytes
      FROM "{archive}" AS kept
      WHERE kept."{time}" >= ? AND kept."{time}" < ?
        AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
      ORDER BY kept."{time}"
      FETCH FIRST (?) ROWS WITH TIES
    ) AS found
  ) AS counted
  WHERE counted.archivist_before < ?::bigint
),
made AS (
  INSERT INTO "{target}" AS made ("{columns}")
  OVERRIDING SYSTEM VALUE
  SELECT "{picked_columns}"
  FROM picked
  ON CONFLICT DO NOTHING
  RETURNING "{made_columns}"
),
present AS (
  SELECT "{picked_digest_a}" AS digest_a, "{picked_digest_b}" AS digest_b
  FROM picked
  JOIN "{target}" AS present ON "{same_key}"
  WHERE "{picked_digest_a}" = "{present_digest_a}" AND "{picked_digest_b}" = "{present_digest_b}"
)
SELECT
  (SELECT count(*) FROM picked) AS picked,
  (SELECT coalesce(max(picked.archivist_total), 0)::bigint FROM picked) AS total,
  (SELECT count(*) FROM made) AS made,
  (SELECT count(*) FROM present) AS present,
  (SELECT max(picked."{time}") FROM picked) AS last_time,
  (SELECT coalesce(sum("{picked_digest_a}"), 0) FROM picked)
      = (SELECT coalesce(sum("{made_digest_a}"), 0) FROM made) + (SELECT coalesce(sum(digest_a), 0) FROM present)
    AND (SELECT coalesce(sum("{picked_digest_b}"), 0) FROM picked)
      = (SELECT coalesce(sum("{made_digest_b}"), 0) FROM made) + (SELECT coalesce(sum(digest_b), 0) FROM present)
    AS unchanged,
  (SELECT coalesce(sum("{made_bytes}"), 0)::bigint FROM made) AS bytes

-- name: copy_conflicts
-- Rows that have the key of a row that is there, but other content.
WITH meeting AS (
  SELECT ROW("{kept_key}")::text AS shown
  FROM "{archive}" AS kept
  JOIN "{target}" AS made ON "{same_key}"
  WHERE kept."{time}" >= ? AND kept."{time}" < ?
    AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
    AND NOT ("{kept_digest_a}" = "{made_digest_a}" AND "{kept_digest_b}" = "{made_digest_b}")
)
SELECT meeting.shown, count(*) OVER () AS total
FROM meeting
ORDER BY meeting.shown
LIMIT 20

-- name: copy_table
CREATE TABLE "{target}" AS SELECT "{columns}" FROM "{archive}" AS kept WITH NO DATA

-- name: copy_table_key
ALTER TABLE "{target}" ADD PRIMARY KEY ("{key}")

-- name: conflicts
-- Rows that come and meet a row that is there, or each other.
WITH coming AS MATERIALIZED (
  SELECT "{keys}"
  FROM (
    SELECT "{columns}"
    FROM "{archive}" AS kept
    WHERE kept."{time}" >= ? AND kept."{time}" < ?
      AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
  ) AS archived
  WHERE "{predicate}"
),
meeting AS (
  SELECT "{shown}" AS shown
  FROM coming
  WHERE EXISTS (SELECT FROM "{target}" AS live WHERE ("{predicate}") AND "{same}")
  UNION ALL
  SELECT "{shown}"
  FROM coming
  WHERE "{complete}"
  GROUP BY "{grouped}"
  HAVING count(*) > 1
)
SELECT meeting.shown, count(*) OVER () AS total
FROM meeting
ORDER BY meeting.shown
LIMIT 20

-- name: constraint_conflicts
-- Rows that come and that the table would refuse.
SELECT "{shown}" AS shown, count(*) OVER () AS total
FROM (
  SELECT "{columns}"
  FROM "{archive}" AS kept
  WHERE kept."{time}" >= ? AND kept."{time}" < ?
    AND coalesce(pg_catalog.to_jsonb(kept.*) @> ?::jsonb, true)
) AS coming
WHERE "{violated}"
ORDER BY 1
LIMIT 20

-- name: unseen
-- What the table asks of a row, and nobody can answer before the row is there, or not this role.
WITH target AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ? AND c.relname = ?
)
SELECT CASE WHEN k.contype = 'x' THEN format('exclusion constraint %I of %s', k.conname, k.conrelid::pg_catalog.regclass)
  WHEN k.confrelid = k.conrelid THEN format('foreign key %I of %s to itself', k.conname, k.conrelid::pg_catalog.regclass)
  ELSE format('foreign key %I of %s to %s, where role %s may not see all rows', k.conname, k.conrelid::pg_catalog.regclass,
    k.confrelid::pg_catalog.regclass, current_user) END
FROM target JOIN pg_catalog.pg_constraint k ON k.conrelid = target.oid
WHERE k.contype = 'x'
  OR k.contype = 'f'
    AND (k.confrelid = k.conrelid OR NOT has_table_privilege(k.confrelid, 'SELECT') OR row_security_active(k.confrelid))
ORDER BY k.contype, k.conname

-- name: root_gone
gone_0 AS (
  DELETE FROM "{archive}" AS kept
  WHERE kept.ctid = ANY (ARRAY(SELECT picked.tid FROM picked))
    AND (kept.tableoid, kept.ctid) IN (SELECT picked.part, picked.tid FROM picked)
    AND kept."{time}" >= ? AND kept."{time}" < ?
  RETURNING "{kept_columns}", kept."{time}" AS archived_root_time, kept.archive_batch_id AS archivist_batch
)

-- name: child_gone
"{gone}" AS (
  DELETE FROM "{archive}" AS kept
  USING "{parent_gone}" AS parent
  WHERE "{joined}" AND kept.archived_root_time = parent.archived_root_time
    AND kept.archived_root_time >= ? AND kept.archived_root_time < ?
  RETURNING "{kept_columns}", kept.archived_root_time AS archived_root_time, kept.archive_batch_id AS archivist_batch
)

-- name: back
"{back}" AS (
  INSERT INTO "{source}" AS live ("{written_columns}")
  OVERRIDING SYSTEM VALUE
  SELECT "{gone_written_columns}"
  FROM "{gone}" AS gone
  RETURNING "{live_columns}"
)

-- name: months_gone
SELECT "{position}"::smallint AS position,
    (date_trunc('month', gone.archived_root_time, 'UTC') AT TIME ZONE 'UTC')::date AS month,
    coalesce(gone.archivist_batch, given.batch) AS origin,
    count(*) AS rows,
    sum("{gone_bytes}") AS bytes,
    min(gone.archived_root_time) AS oldest,
    max(gone.archived_root_time) AS newest,
    sum("{gone_digest_a}") AS digest_a,
    sum("{gone_digest_b}") AS digest_b,
    sum("{gone_content_a}") AS content_a,
    sum("{gone_content_b}") AS content_b
  FROM "{gone}" AS gone, given
  GROUP BY 2, 3

-- name: table_unchanged
-- What a live row has no more is no part of it: its root's time.
(SELECT sum(months.content_a) FROM months WHERE months.position = "{position}")
      IS NOT DISTINCT FROM (SELECT sum("{back_digest_a}") FROM "{back}" AS back)
    AND (SELECT sum(months.content_b) FROM months WHERE months.position = "{position}")
      IS NOT DISTINCT FROM (SELECT sum("{back_digest_b}") FROM "{back}" AS back)
