-- Brings a database of the tests back to what it was when it was made, and says whether that succeeded.

CREATE SCHEMA tests;

-- Number and content of each table, its rows' places and transactions standing for them; and of each sequence.
CREATE FUNCTION tests.states(last oid)
RETURNS TABLE (name text, kind "char", state text)
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
  relation record;
BEGIN
  FOR relation IN
    SELECT c.oid::regclass::text AS name, c.relkind AS kind
    FROM pg_class c
    WHERE c.oid BETWEEN 16384 AND last AND c.relkind IN ('r', 'S') AND c.relpersistence <> 't'
      AND c.relnamespace <> 'pg_toast'::regnamespace
    ORDER BY c.oid
  LOOP
    name := relation.name;
    kind := relation.kind;
    IF kind = 'S' THEN
      EXECUTE format('SELECT last_value || CASE WHEN is_called THEN '' called'' ELSE '''' END FROM %s', name) INTO state;
    ELSE
      EXECUTE format('SELECT count(*) || '':'' || coalesce(sum(hashtextextended(ctid::text || xmin::text, 0)), 0) FROM %s', name)
      INTO state;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

-- Drops what was made after the last object of the template.
CREATE FUNCTION tests.drop_later(last oid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
SET client_min_messages = warning
AS $$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT evtname AS name FROM pg_event_trigger WHERE oid > last LOOP
    EXECUTE format('DROP EVENT TRIGGER %I', given.name);
  END LOOP;
  FOR given IN SELECT extname AS name FROM pg_extension WHERE oid > last LOOP
    EXECUTE format('DROP EXTENSION %I CASCADE', given.name);
  END LOOP;
  FOR given IN SELECT nspname AS name FROM pg_namespace WHERE oid > last AND nspname !~ '^pg_(toast_)?temp_' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', given.name);
  END LOOP;
  FOR given IN
    SELECT c.oid, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE'
      WHEN 'S' THEN 'SEQUENCE' WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS kind
    FROM pg_class c
    WHERE c.oid > last AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I', 'c') AND c.relpersistence <> 't'
      AND c.relnamespace <> 'pg_toast'::regnamespace
    ORDER BY c.relkind IN ('S', 'i', 'I'), c.relkind NOT IN ('p'), c.oid
  LOOP
    IF EXISTS (SELECT FROM pg_class c WHERE c.oid = given.oid) THEN
      EXECUTE format('DROP %s %s CASCADE', given.kind, given.oid::regclass);
    END IF;
  END LOOP;
  FOR given IN SELECT p.oid FROM pg_proc p WHERE p.oid > last LOOP
    IF EXISTS (SELECT FROM pg_proc p WHERE p.oid = given.oid) THEN
      EXECUTE format('DROP ROUTINE %s CASCADE', given.oid::regprocedure);
    END IF;
  END LOOP;
  FOR given IN SELECT t.oid FROM pg_type t WHERE t.oid > last AND t.typtype IN ('d', 'e', 'r') LOOP
    IF EXISTS (SELECT FROM pg_type t WHERE t.oid = given.oid) THEN
      EXECUTE format('DROP TYPE %s CASCADE', given.oid::regtype);
    END IF;
  END LOOP;
END
$$;

-- What the catalogue says of everything in the database, but where it is kept and how much there is of it.
CREATE FUNCTION tests.shape()
RETURNS TABLE (part text, rows bigint, hash numeric)
LANGUAGE sql
STABLE
SET search_path = pg_catalog
AS $$
  SELECT of_it.part, count(*), sum(hashtextextended(of_it.seen, 0))
  FROM (
    SELECT 'relation', ROW(c.oid, relname, relnamespace, relowner, relam, reltablespace, relpersistence, relkind, relnatts,
      relrowsecurity, relforcerowsecurity, relreplident, relispartition, relacl, reloptions)::text
    FROM pg_class c WHERE relpersistence <> 't'
    UNION ALL
    SELECT 'column', ROW(attrelid, attnum, attname, atttypid, atttypmod, attnotnull, atthasdef, attidentity, attgenerated,
      attisdropped, attcollation, attacl, attoptions, attstorage, attcompression, attstattarget)::text
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attrelid >= 16384 AND c.relpersistence <> 't'
    UNION ALL
    SELECT 'constraint', ROW(k.oid, conname, contype, condeferrable, convalidated, conrelid, contypid, conindid, confrelid)::text
    FROM pg_constraint k
    UNION ALL
    SELECT 'trigger', ROW(t.oid, tgrelid, tgname, tgfoid, tgtype, tgenabled)::text FROM pg_trigger t
    UNION ALL
    SELECT 'rule', ROW(r.oid, ev_class, ev_enabled, rulename)::text FROM pg_rewrite r
    UNION ALL
    SELECT 'index', ROW(indexrelid, indrelid, indisunique, indisvalid, indisready, indisreplident, indisclustered)::text
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indexrelid >= 16384 AND c.relpersistence <> 't'
    UNION ALL
    SELECT 'routine', ROW(p.oid, proname, pronamespace, proowner, prolang, prosecdef, provolatile, proisstrict, prosrc, probin,
      proconfig, proacl)::text
    FROM pg_proc p
    UNION ALL
    SELECT 'type', ROW(t.oid, typname, typnamespace, typowner, typtype, typacl, typdefault)::text
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = coalesce(nullif(t.typrelid, 0),
      (SELECT element.typrelid FROM pg_type element WHERE element.oid = t.typelem))
    WHERE c.relpersistence IS DISTINCT FROM 't'
    UNION ALL
    SELECT 'schema', ROW(n.oid, nspname, nspowner, nspacl)::text FROM pg_namespace n WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL
    SELECT 'language', ROW(l.oid, lanowner, lanpltrusted, lanacl)::text FROM pg_language l
    UNION ALL
    SELECT 'extension', ROW(e.oid, extversion, extnamespace, extowner)::text FROM pg_extension e
    UNION ALL
    SELECT 'default', ROW(d.oid, adrelid, adnum)::text FROM pg_attrdef d
    UNION ALL
    SELECT 'inheritance', ROW(i.*)::text FROM pg_inherits i
    UNION ALL
    SELECT 'policy', ROW(p.oid, polname, polrelid, polroles, polqual, polwithcheck)::text FROM pg_policy p
    UNION ALL
    SELECT 'default privilege', ROW(d.*)::text FROM pg_default_acl d
    UNION ALL
    SELECT 'event trigger', ROW(e.oid, evtenabled)::text FROM pg_event_trigger e
    UNION ALL
    SELECT 'comment', ROW(d.*)::text FROM pg_description d WHERE objoid >= 16384
    UNION ALL
    SELECT 'other', ROW(other.classid, other.oid)::text
    FROM (
      SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext
      UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
      UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
      UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
      UNION ALL SELECT 'pg_user_mapping'::regclass, oid FROM pg_user_mapping
      UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
      UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
      UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
      UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
      UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
      UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
      UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am
      UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
      UNION ALL SELECT 'pg_largeobject_metadata'::regclass, oid FROM pg_largeobject_metadata
    ) AS other (classid, oid)
    UNION ALL
    SELECT 'database', ROW(datdba, datacl, datconnlimit, datallowconn, encoding)::text
    FROM pg_database WHERE datname = current_database()
    UNION ALL
    SELECT 'setting', ROW(s.*)::text
    FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database() AND s.setrole <> 0
    UNION ALL
    SELECT 'prepared', gid FROM pg_prepared_xacts WHERE database = current_database()
    UNION ALL
    SELECT 'role', rolname FROM pg_roles WHERE rolname ~ ('(^|_)' || current_database() || '(_|$)')
  ) AS of_it (part, seen)
  GROUP BY of_it.part
$$;
