-- A statement runs more than it says: functions of index expressions and predicates, of statistics objects and checks
-- (immutable ones even while it is planned), of domains, casts and operators of the columns' types. They run with the
-- rights of whoever runs the statement, so whoever may replace one would gain these rights. Only the catalogue is asked
-- here: no statement names the tables. See https://www.postgresql.org/docs/15/catalog-pg-depend.html.
CREATE OR REPLACE FUNCTION archive.foreign_code(tables regclass[], restored regclass[], written regclass[])
RETURNS TABLE (relation text, via text, routine text, owner name, note text)
LANGUAGE plpgsql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  -- Since PostgreSQL 16 a member may have been given neither the right to act as the role nor its rights.
  acting text := CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER'
    ELSE 'USAGE, SET, MEMBER WITH ADMIN OPTION' END;
BEGIN
  -- Most often there is none at all: nobody is a member of the roles that own ours.
  IF NOT EXISTS (
    SELECT
    FROM (SELECT DISTINCT p.proowner AS oid
      FROM pg_proc p
      WHERE p.oid >= 16384 AND NOT (p.pronamespace = 'archive'::regnamespace
        AND p.proowner IN ('archive_engine'::regrole, 'archive_auditor'::regrole))) AS owner
    JOIN pg_roles r ON r.oid = owner.oid
    WHERE NOT r.rolsuper AND NOT pg_has_role(r.oid, current_user, acting)) THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH RECURSIVE given AS (
    SELECT t.oid AS root, t.oid FROM unnest(tables || restored || written) AS t (oid)
    UNION
    SELECT t.oid, part.relid FROM unnest(tables || restored || written) AS t (oid), LATERAL pg_partition_tree(t.oid) AS part
  ),
  -- What belongs to a table and is reached by a statement on it, and what those are made of. Rules, triggers, defaults
  -- and row security are reached by some statements only: they come below.
  reached (root, classid, objid, via_class, via) AS (
    SELECT given.root, 'pg_class'::regclass::oid, given.oid::oid, 'pg_class'::regclass::oid, given.oid::oid FROM given
    UNION
    SELECT reached.root, next.classid, next.objid, next.via_class, next.via
    FROM reached, LATERAL (
      -- indexes, checks and statistics objects of a table; checks of a domain; members of an operator class
      SELECT d.classid, d.objid, d.classid, d.objid
      FROM pg_depend d
      WHERE d.refclassid = reached.classid AND d.refobjid = reached.objid AND d.deptype IN ('a', 'i')
        AND (d.classid IN ('pg_constraint'::regclass, 'pg_statistic_ext'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass)
          OR d.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = d.objid))
      UNION ALL
      -- what an object is made of; a foreign key's other table is not, nor a partition's parent
      SELECT d.refclassid, d.refobjid, reached.via_class, reached.via
      FROM pg_depend d
      WHERE d.classid = reached.classid AND d.objid = reached.objid
        AND d.refclassid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass,
          'pg_opfamily'::regclass, 'pg_cast'::regclass)
      UNION ALL
      -- a type's element, its domain's base, its range's subtype, and a row type's columns
      SELECT 'pg_type'::regclass, made.oid, reached.via_class, reached.via
      FROM pg_type t
      LEFT JOIN pg_range r ON r.rngtypid = t.oid OR r.rngmultitypid = t.oid,
      LATERAL (
        SELECT unnest(ARRAY[t.typelem, t.typbasetype, r.rngsubtype])
        UNION ALL
        SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      ) AS made (oid)
      WHERE reached.classid = 'pg_type'::regclass AND t.oid = reached.objid AND made.oid >= 16384
      UNION ALL
      -- casts of a type: to_jsonb asks for one to json
      SELECT 'pg_cast'::regclass, c.oid, 'pg_cast'::regclass, c.oid
      FROM pg_cast c
      WHERE reached.classid = 'pg_type'::regclass AND reached.objid >= 16384 AND reached.objid IN (c.castsource, c.casttarget)
      UNION ALL
      -- the default operator classes of a type: DISTINCT, GROUP BY and ORDER BY use them
      SELECT 'pg_opclass'::regclass, o.oid, 'pg_opclass'::regclass, o.oid
      FROM pg_opclass o
      WHERE reached.classid = 'pg_type'::regclass AND reached.objid >= 16384 AND o.opcintype = reached.objid
    ) AS next (classid, objid, via_class, via)
  ),
  code (root, via_class, via, routine) AS (
    SELECT reached.root, reached.via_class, reached.via, reached.objid FROM reached WHERE reached.classid = 'pg_proc'::regclass
    UNION
    -- an operator's function and its estimators
    SELECT reached.root, reached.via_class, reached.via, f.oid
    FROM reached JOIN pg_operator o ON o.oid = reached.objid,
    LATERAL (VALUES (o.oprcode::oid), (o.oprrest::oid), (o.oprjoin::oid)) AS f (oid)
    WHERE reached.classid = 'pg_operator'::regclass AND f.oid >= 16384
    UNION
    -- defaults, generated columns and partition bounds; triggers and rules on rows that come or go
    SELECT given.root, d.classid, d.objid, d.refobjid
    FROM given
    JOIN pg_attrdef def ON def.adrelid = given.oid
    JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = def.oid AND d.refclassid = 'pg_proc'::regclass
    JOIN pg_attribute a ON a.attrelid = def.adrelid AND a.attnum = def.adnum
    WHERE given.root = ANY (written) OR a.attgenerated <> ''
    UNION
    SELECT given.root, 'pg_trigger'::regclass, t.oid, t.tgfoid
    FROM given JOIN pg_trigger t ON t.tgrelid = given.oid
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND (t.tgtype & 8 <> 0 OR t.tgtype & 4 <> 0 AND given.root = ANY (restored || written))
    UNION
    SELECT given.root, d.classid, d.objid, d.refobjid
    FROM given
    JOIN pg_rewrite r ON r.ev_class = given.oid AND r.ev_enabled <> 'D' AND r.ev_type <> '1'
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_proc'::regclass
    UNION
    SELECT given.root, d.classid, d.objid, d.refobjid
    FROM given
    JOIN pg_policy p ON p.polrelid = given.oid
    JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass
    WHERE row_security_active(given.oid)
    UNION
    SELECT given.root, 'pg_event_trigger'::regclass, e.oid, e.evtfoid
    FROM given CROSS JOIN pg_event_trigger e
    WHERE e.evtenabled <> 'D'
  )
  SELECT DISTINCT code.root::regclass::text, pg_describe_object(code.via_class, code.via, 0), code.routine::regprocedure::text, r.rolname,
    CASE WHEN EXISTS (SELECT FROM archive.trusted_functions f WHERE f.routine = code.routine::regprocedure::text
      AND f.definition <> archive.function_definition(code.routine)) THEN '; it was trusted, and has been changed since' ELSE '' END
  FROM code
  JOIN pg_proc p ON p.oid = code.routine
  JOIN pg_roles r ON r.oid = p.proowner
  -- who may act as the role that runs the statement gains nothing by it
  WHERE p.oid >= 16384 AND NOT r.rolsuper AND NOT pg_has_role(p.proowner, current_user, acting)
    -- nor does anybody by what is vouched for, by one who may do as that role whatever the function does
    AND NOT EXISTS (
      SELECT
      FROM archive.trusted_functions f
      JOIN pg_roles voucher ON voucher.oid = f.trusted_by_oid AND voucher.rolname = f.trusted_by
      WHERE f.routine = p.oid::regprocedure::text AND f.definition = archive.function_definition(p.oid)
        AND (voucher.rolsuper OR pg_has_role(voucher.oid, current_user, acting)))
  ORDER BY 1, 3, 2;
END
$$;
ALTER FUNCTION archive.foreign_code(regclass[], regclass[], regclass[]) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.foreign_code(regclass[], regclass[], regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.foreign_code(regclass[], regclass[], regclass[]) TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.foreign_code(regclass[], regclass[], regclass[]) IS
  'Functions that a statement on one of the tables would run, and that a role may replace which cannot act as the current one. Restored tables get rows with all their columns, written ones also with defaults';
