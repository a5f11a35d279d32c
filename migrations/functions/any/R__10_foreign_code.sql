-- A statement runs more than it says: functions of index expressions and predicates, of statistics objects and checks
-- (immutable ones even while it is planned), of domains, casts and operators of the columns' types. They run with the
-- rights of whoever runs the statement. So whoever may replace one of them would gain these rights; and so would whoever
-- may write an expression that has a function do what its arguments say, as query_to_xml or archive.trust do. Only the
-- catalogue is asked here: no statement names the tables. See https://www.postgresql.org/docs/15/catalog-pg-depend.html;
-- calls of PostgreSQL's own functions are not kept there, but in the expressions alone; nor are the operators that the
-- planner puts for others (NOT a = b becomes a <> b), nor types that some expressions return (JSON_VALUE).
CREATE OR REPLACE FUNCTION archive.foreign_code(read_only regclass[], emptied regclass[], restored regclass[], written regclass[])
RETURNS TABLE (what text, why text, hint text)
LANGUAGE plpgsql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
SET jit = off
-- to plan it takes as long as to run it, and the session may say otherwise
SET plan_cache_mode = force_generic_plan
-- its recursive unions hash into tables as large as the planner fears, up to these, zeroed at every call for some hundred rows
SET work_mem = '256kB'
SET hash_mem_multiplier = 1
AS $$
#variable_conflict use_column
DECLARE
  acting text := archive.acting_membership();
BEGIN
  RETURN QUERY
  WITH RECURSIVE
  -- Those who gain nothing by what the running role runs.
  same (oid) AS MATERIALIZED (
    SELECT r.oid FROM pg_roles r WHERE r.rolsuper OR pg_has_role(r.oid, current_user, acting)
  ),
  -- The events are those of pg_trigger.tgtype that happen to it: 4 INSERT, 8 DELETE, 16 UPDATE, 32 TRUNCATE.
  given (root, oid, events) AS (
    SELECT t.oid::oid, t.oid::oid, t.events
    FROM (SELECT unnest(read_only), 0
      UNION ALL SELECT unnest(emptied), 8
      UNION ALL SELECT unnest(restored), 4 + 8
      UNION ALL SELECT unnest(written), 4 + 8 + 16 + 32) AS t (oid, events)
    UNION
    SELECT given.root, i.inhrelid, given.events FROM given JOIN pg_inherits i ON i.inhparent = given.oid
  ),
  -- A row that comes to a partition is asked by the keys of all tables above whether it belongs there.
  above (root, oid) AS (
    SELECT given.root, i.inhparent FROM given JOIN pg_inherits i ON i.inhrelid = given.oid
    UNION
    SELECT above.root, i.inhparent FROM above JOIN pg_inherits i ON i.inhrelid = above.oid
  ),
  -- What is reached by some statements only. Who inserts all columns needs no default.
  begun (root, classid, objid, via_class, via) AS (
    SELECT given.root, 'pg_class'::regclass::oid, given.oid, 'pg_class'::regclass::oid, given.oid FROM given
    UNION
    SELECT above.root, 'pg_class'::regclass, above.oid, 'pg_class'::regclass, above.oid FROM above
    UNION
    SELECT given.root, 'pg_attrdef'::regclass, d.oid, 'pg_attrdef'::regclass, d.oid
    FROM given
    JOIN pg_attrdef d ON d.adrelid = given.oid
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE given.events & 16 <> 0 OR a.attgenerated <> ''
    UNION
    SELECT given.root, 'pg_trigger'::regclass, t.oid, 'pg_trigger'::regclass, t.oid
    FROM given JOIN pg_trigger t ON t.tgrelid = given.oid
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & given.events <> 0
    UNION
    SELECT given.root, 'pg_rewrite'::regclass, r.oid, 'pg_rewrite'::regclass, r.oid
    FROM given JOIN pg_rewrite r ON r.ev_class = given.oid
    WHERE r.ev_enabled <> 'D' AND r.ev_type <> '1' AND given.events <> 0
    UNION
    SELECT given.root, 'pg_event_trigger'::regclass, e.oid, 'pg_event_trigger'::regclass, e.oid
    FROM given CROSS JOIN pg_event_trigger e
    WHERE e.evtenabled <> 'D'
  ),
  -- What belongs to a table and is reached by every statement on it, and what all of it is made of; an object that has
  -- expressions is there with each of them, too, and with who may have written it: triggers are made by whoever was granted that.
  reached (root, classid, objid, via_class, via, owner, tree) AS (
    SELECT begun.*, NULL::oid, NULL COLLATE "C" FROM begun
    UNION
    SELECT reached.root, next.*
    FROM reached, LATERAL (
      SELECT part.*, NULL::oid, NULL COLLATE "C"
      FROM (
        -- indexes, checks and statistics objects of a table, a view's query; checks of a domain; members of an operator class
        SELECT d.classid, d.objid, d.classid, d.objid
        FROM pg_depend d
        WHERE d.refclassid = reached.classid AND d.refobjid = reached.objid AND d.deptype IN ('a', 'i')
          AND (d.classid IN ('pg_constraint'::regclass, 'pg_statistic_ext'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass)
            OR d.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = d.objid)
            OR d.classid = 'pg_rewrite'::regclass AND EXISTS (SELECT FROM pg_rewrite r WHERE r.oid = d.objid AND r.ev_type = '1'))
        UNION ALL
        SELECT 'pg_policy'::regclass, p.oid, 'pg_policy'::regclass, p.oid
        FROM pg_policy p
        WHERE reached.classid = 'pg_class'::regclass AND p.polrelid = reached.objid AND row_security_active(p.polrelid)
        UNION ALL
        -- what an object is made of; a foreign key's other table is not, nor a partition's parent
        SELECT d.refclassid, d.refobjid, reached.via_class, reached.via
        FROM pg_depend d
        WHERE d.classid = reached.classid AND d.objid = reached.objid
          AND (d.refclassid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass,
              'pg_opfamily'::regclass, 'pg_cast'::regclass)
            -- what a policy, a rule, a view or a function reads
            OR d.refclassid = 'pg_class'::regclass
              AND d.classid IN ('pg_policy'::regclass, 'pg_rewrite'::regclass, 'pg_proc'::regclass))
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
        UNION ALL
        -- the planner puts an operator's negator or commutator in its place
        SELECT 'pg_operator'::regclass, other.oid, reached.via_class, reached.via
        FROM pg_operator o, LATERAL (VALUES (o.oprnegate), (o.oprcom)) AS other (oid)
        WHERE reached.classid = 'pg_operator'::regclass AND o.oid = reached.objid AND other.oid >= 16384
      ) AS part (classid, objid, via_class, via)
      WHERE reached.tree IS NULL
      UNION ALL
      SELECT reached.classid, reached.objid, reached.via_class, reached.via, held.owner, held.tree::text
      FROM (
        SELECT coalesce(c.relowner, t.typowner), k.conbin
        FROM pg_constraint k LEFT JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_type t ON t.oid = k.contypid
        WHERE reached.classid = 'pg_constraint'::regclass AND k.oid = reached.objid
        UNION ALL
        SELECT c.relowner, tree
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid, LATERAL (VALUES (i.indexprs), (i.indpred)) AS of_it (tree)
        WHERE reached.classid = 'pg_class'::regclass AND i.indexrelid = reached.objid
        UNION ALL
        SELECT c.relowner, p.partexprs
        FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
        WHERE reached.classid = 'pg_class'::regclass AND p.partrelid = reached.objid
        UNION ALL
        SELECT s.stxowner, s.stxexprs
        FROM pg_statistic_ext s
        WHERE reached.classid = 'pg_statistic_ext'::regclass AND s.oid = reached.objid
        UNION ALL
        SELECT c.relowner, d.adbin
        FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
        WHERE reached.classid = 'pg_attrdef'::regclass AND d.oid = reached.objid
        UNION ALL
        SELECT NULL, t.tgqual
        FROM pg_trigger t
        WHERE reached.classid = 'pg_trigger'::regclass AND t.oid = reached.objid
        UNION ALL
        SELECT c.relowner, tree
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid, LATERAL (VALUES (p.polqual), (p.polwithcheck)) AS of_it (tree)
        WHERE reached.classid = 'pg_policy'::regclass AND p.oid = reached.objid
        UNION ALL
        SELECT c.relowner, tree
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class, LATERAL (VALUES (r.ev_qual), (r.ev_action)) AS of_it (tree)
        WHERE reached.classid = 'pg_rewrite'::regclass AND r.oid = reached.objid
        UNION ALL
        SELECT t.typowner, t.typdefaultbin
        FROM pg_type t
        WHERE reached.classid = 'pg_type'::regclass AND t.oid = reached.objid
      ) AS held (owner, tree)
      WHERE reached.tree IS NULL AND held.tree IS NOT NULL
      UNION ALL
      -- by the names of nodes' fields: consttype, typid, row_typeid; coltypes are lists
      SELECT CASE WHEN found.field[1] = 'opno' THEN 'pg_operator'::regclass ELSE 'pg_type'::regclass END, oid::oid,
        reached.via_class, reached.via, NULL, NULL
      FROM regexp_matches(reached.tree, ':([[:alnum:]_]*(?:type|typid|type[iI]d|types|opno)) (?:[(]o )?([0-9 ]+)', 'g') AS found (field),
      LATERAL unnest(string_to_array(found.field[2], ' ')) AS oid
      WHERE reached.tree IS NOT NULL AND oid <> '' AND oid::bigint >= 16384
    ) AS next (classid, objid, via_class, via, owner, tree)
  ),
  expression (root, classid, via_class, via, writer, tree) AS (
    SELECT reached.root, reached.classid, reached.via_class, reached.via, reached.owner, reached.tree
    FROM reached
    WHERE reached.tree IS NOT NULL AND (reached.owner IS NULL OR reached.owner NOT IN (SELECT same.oid FROM same))
  ),
  code (via_class, via, routine, writer, is_default) AS (
    SELECT reached.via_class, reached.via, reached.objid, NULL::text, false FROM reached WHERE reached.classid = 'pg_proc'::regclass
    UNION
    -- an operator's function and its estimators
    SELECT reached.via_class, reached.via, f.oid, NULL, false
    FROM reached JOIN pg_operator o ON o.oid = reached.objid,
    LATERAL (VALUES (o.oprcode::oid), (o.oprrest::oid), (o.oprjoin::oid)) AS f (oid)
    WHERE reached.classid = 'pg_operator'::regclass AND f.oid >= 16384
    UNION
    SELECT expression.via_class, expression.via, called.routine[1]::oid,
      CASE WHEN expression.writer IS NULL THEN 'whoever has the right TRIGGER'
        ELSE format('role %s', pg_get_userbyid(expression.writer)) END,
      expression.classid IN ('pg_attrdef'::regclass, 'pg_type'::regclass)
    FROM expression, LATERAL regexp_matches(expression.tree, ':(?:funcid|opfuncid) ([0-9]+)', 'g') AS called (routine)
  ),
  found AS (
    SELECT pg_describe_object(code.via_class, code.via, 0) AS via, p.oid, p.oid::regprocedure::text AS routine, code.writer,
      p.proowner, p.proowner NOT IN (SELECT same.oid FROM same) AND NOT own.is_ours AS replaceable,
      p.oid < 16384 OR own.is_ours AS is_given
    FROM code
    -- by their index, however many the planner expects
    JOIN (SELECT * FROM pg_proc WHERE oid = ANY (ARRAY(SELECT code.routine FROM code))) AS p ON p.oid = code.routine,
    -- nobody is a member of the two roles, or doctor says so
    LATERAL (SELECT p.pronamespace = 'archive'::regnamespace
      AND p.proowner IN ('archive_engine'::regrole, 'archive_auditor'::regrole) AS is_ours) AS own
    WHERE p.proowner NOT IN (SELECT same.oid FROM same) AND NOT own.is_ours
      OR code.writer IS NOT NULL AND CASE p.provolatile
        WHEN 'v' THEN CASE WHEN p.oid < 16384
          THEN p.proname NOT IN ('clock_timestamp', 'gen_random_uuid', 'pg_trigger_depth', 'random', 'random_normal', 'timeofday',
              'uuidv4', 'uuidv7')
            -- on a sequence that the writer may not use, too
            AND NOT (code.is_default AND p.proname IN ('currval', 'lastval', 'nextval'))
          ELSE own.is_ours OR p.pronargs > 0 END
        -- those that run a query or, as a type's input functions do, the checks of a domain
        WHEN 's' THEN CASE WHEN p.oid < 16384
          THEN p.proname ~ '_to_xml|^pg_input_' OR 'cstring'::regtype = ANY (p.proargtypes)
          -- as crosstab and xpath_table do
          ELSE own.is_ours OR p.proargtypes::oid[] && ARRAY['text', 'varchar', 'name', 'cstring']::regtype[]::oid[] END
        ELSE false END
  )
  SELECT DISTINCT
    CASE WHEN found.replaceable
      THEN format('%s calls function %s, which role %s may replace%s', found.via, found.routine, pg_get_userbyid(found.proowner),
        CASE WHEN EXISTS (SELECT FROM archive.trusted_functions f WHERE f.routine = found.routine
          AND f.definition <> archive.function_definition(found.oid)) THEN '; it was trusted, and has been changed since' ELSE '' END)
      ELSE format('%s calls function %s, which does what its arguments say, and %s may write them', found.via, found.routine, found.writer)
    END,
    format('it would run with the rights of role %s', current_user),
    CASE WHEN found.replaceable
      THEN format('If you have read it and all that it calls: ALTER FUNCTION %s OWNER TO %I; or, as it is now, as %I or a superuser: SELECT archive.trust(%L); or drop what calls it.',
        found.routine, current_user, current_user, found.routine)
      WHEN found.is_given THEN format('Drop what calls it, or give it to role %s.', current_user)
      ELSE format('Drop what calls it, or give it to role %1$s; or, if the function is harmless whatever its arguments, as %1$I or a superuser: SELECT archive.trust(%2$L).',
        current_user, found.routine)
    END
  FROM found
  -- nobody gains by what is vouched for, by one who may do as that role whatever the function does
  WHERE found.is_given OR NOT EXISTS (
      SELECT
      FROM archive.trusted_functions f
      JOIN pg_roles voucher ON voucher.oid = f.trusted_by_oid AND voucher.rolname = f.trusted_by
      WHERE f.routine = found.routine AND f.definition = archive.function_definition(found.oid)
        AND voucher.oid IN (SELECT same.oid FROM same))
  ORDER BY 1;
END
$$;
ALTER FUNCTION archive.foreign_code(regclass[], regclass[], regclass[], regclass[]) OWNER TO archive_engine;
REVOKE ALL ON FUNCTION archive.foreign_code(regclass[], regclass[], regclass[], regclass[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION archive.foreign_code(regclass[], regclass[], regclass[], regclass[])
  TO archive_owner, archive_operator, archive_reader;
COMMENT ON FUNCTION archive.foreign_code(regclass[], regclass[], regclass[], regclass[]) IS
  'Why a statement on one of the tables would run what others decide. From emptied tables rows are deleted, restored ones get rows with all their columns, too; written ones get and change rows, with defaults';
