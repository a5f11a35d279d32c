package dev.archivist.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** An application that owns its tables, and the many ways for these to call its functions. */
abstract class CodeOfTheApplication extends EngineContract {
  static final String CHECK =
      "ALTER TABLE public.scenario_logs ADD CHECK (public.evil(token_count) IS NOT NULL)";
  private static final String EVIL =
      """
      CREATE FUNCTION public.evil(int) RETURNS int IMMUTABLE LANGUAGE plpgsql
        AS $$ BEGIN PERFORM public.seize(); RETURN $1; END $$;
      CREATE FUNCTION public.evil(text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql
        AS $$ BEGIN PERFORM public.seize(); RETURN true; END $$
      """;
  static final String TRUST = "SELECT archive.trust('public.evil(integer)', 'read it')";

  String app;

  /** The application owns its tables, and functions that lie about their volatility. */
  @BeforeEach
  void giveTheTablesToTheApplication() {
    clock("2026-07-15T12:00:00Z");
    fillLogs(90);
    archiveSome();
    app = db.name() + "_app";
    db.execute(
        "CREATE ROLE " + app,
        "ALTER TABLE public.scenario_logs OWNER TO " + app,
        "GRANT CREATE, USAGE ON SCHEMA public TO " + app,
        // a sequence goes on whatever is rolled back
        "CREATE SEQUENCE public.calls",
        "GRANT ALL ON SEQUENCE public.calls TO PUBLIC",
        "SET ROLE " + app,
        """
        CREATE FUNCTION public.seize() RETURNS void LANGUAGE plpgsql AS $$
        BEGIN IF current_user <> '%s' THEN PERFORM nextval('public.calls'); END IF; END $$
        """
            .formatted(app));
    asApplication(EVIL);
  }

  /** One after the other on the same table, which is then as it was. */
  Stream<DynamicTest> each(Stream<String> ways, String table, ThrowingConsumer<String> test) {
    return ways.map(
        way ->
            DynamicTest.dynamicTest(
                table + ": " + way,
                () -> {
                  asApplication(way.formatted(table));
                  try {
                    test.accept(way);
                  } finally {
                    db.execute(
                        // no dependency of it is recorded
                        "ALTER TABLE public." + table + " DROP CONSTRAINT IF EXISTS returned",
                        "DROP FUNCTION IF EXISTS public.evil(int), public.evil(text) CASCADE",
                        "DROP FUNCTION IF EXISTS public.same, public.sum CASCADE",
                        "DROP TYPE IF EXISTS public.said, public.pair CASCADE",
                        "DROP TABLE IF EXISTS public.heir");
                    asApplication(EVIL);
                  }
                }));
  }

  /** Where a test wants archived rows, too; before the tables change hands. */
  void archiveSome() {}

  /** With its partitions. */
  void giveToTheApplication(String table) {
    for (String each :
        column(
            "SELECT format('public.%I', c.relname) FROM pg_partition_tree(?::text::regclass) t"
                + " JOIN pg_class c ON c.oid = t.relid",
            "public." + table)) {
      db.execute("ALTER TABLE " + each + " OWNER TO " + app);
    }
  }

  @AfterEach
  void dropTheApplication() {
    db.execute("DROP OWNED BY " + app + " CASCADE", "DROP ROLE " + app);
  }

  /** The ways that this server has. */
  Stream<String> ways() {
    return Stream.concat(
        waysOfAll(),
        db.cluster().version() < 17
            ? Stream.empty()
            : Stream.of(
                "CREATE DOMAIN public.said AS text CHECK (public.evil(VALUE));"
                    + " ALTER TABLE public.%1$s ADD CONSTRAINT returned"
                    + " CHECK (JSON_VALUE('1'::jsonb, '$' RETURNING public.said) IS NOT NULL)"));
  }

  private static Stream<String> waysOfAll() {
    return Stream.of(
        "CREATE INDEX ON public.%1$s ((public.evil(1)))",
        "CREATE INDEX ON public.%1$s (received_at) WHERE public.evil(1) = 1",
        "CREATE UNIQUE INDEX ON public.%1$s (id, received_at, (public.evil(token_count)))",
        "ALTER TABLE public.%1$s ADD CHECK (public.evil(1) = 1)",
        "ALTER TABLE public.%1$s ADD CHECK (public.evil(source)) NOT VALID",
        "CREATE STATISTICS public.stats ON (public.evil(1)), (size_bytes + 1) FROM public.%1$s",
        "ALTER TABLE public.%1$s ADD more int GENERATED ALWAYS AS (public.evil(1)) STORED",
        "CREATE DOMAIN public.said AS text CHECK (public.evil(VALUE));"
            + " ALTER TABLE public.%1$s ADD more public.said",
        "CREATE DOMAIN public.said AS text CHECK (public.evil(VALUE));"
            + " ALTER TABLE public.%1$s ADD more public.said[]",
        "CREATE TYPE public.pair AS (a int);"
            + " CREATE FUNCTION public.shown(public.pair) RETURNS json IMMUTABLE LANGUAGE plpgsql"
            + " AS $$ BEGIN PERFORM public.seize(); RETURN '{}'; END $$;"
            + " CREATE CAST (public.pair AS json) WITH FUNCTION public.shown(public.pair);"
            + " ALTER TABLE public.%1$s ADD more public.pair",
        "CREATE FUNCTION public.same(int, int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql"
            + " AS $$ BEGIN PERFORM public.seize(); RETURN true; END $$;"
            + " CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = public.same);"
            + " ALTER TABLE public.%1$s ADD CHECK (1 OPERATOR(public.===) 1)",
        "CREATE FUNCTION public.standard() RETURNS int IMMUTABLE LANGUAGE sql"
            + " RETURN public.evil(1);"
            + " CREATE INDEX ON public.%1$s ((public.standard()))",
        "CREATE FUNCTION public.sum(int, int) RETURNS int IMMUTABLE LANGUAGE plpgsql"
            + " AS $$ BEGIN PERFORM public.seize(); RETURN 1; END $$;"
            + " CREATE OPERATOR public.|+| (LEFTARG = int, RIGHTARG = int, FUNCTION = public.sum);"
            + " ALTER TABLE public.%1$s ADD more int GENERATED ALWAYS AS (1 OPERATOR(public.|+|) 1) STORED",
        "CREATE TRIGGER more AFTER DELETE ON public.%1$s FOR EACH ROW WHEN (public.evil(OLD.token_count) = 1)"
            + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE TABLE public.heir () INHERITS (public.%1$s);"
            + " CREATE INDEX ON public.heir ((public.evil(1)))",
        // the planner says a <!> b for NOT a <=> b, and b <! a for a !> b
        "CREATE FUNCTION public.same(int, int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql"
            + " AS $$ BEGIN PERFORM public.seize(); RETURN true; END $$;"
            + " CREATE OPERATOR public.<=> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq,"
            + " NEGATOR = OPERATOR(public.<!>));"
            + " CREATE OPERATOR public.<!> (LEFTARG = int, RIGHTARG = int, FUNCTION = public.same,"
            + " NEGATOR = OPERATOR(public.<=>));"
            + " CREATE INDEX ON public.%1$s (received_at) WHERE NOT (token_count OPERATOR(public.<=>) -5)",
        "CREATE FUNCTION public.same(int, int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql"
            + " AS $$ BEGIN PERFORM public.seize(); RETURN true; END $$;"
            + " CREATE OPERATOR public.!> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4le,"
            + " COMMUTATOR = OPERATOR(public.<!));"
            + " CREATE OPERATOR public.<! (LEFTARG = int, RIGHTARG = int, FUNCTION = public.same,"
            + " COMMUTATOR = OPERATOR(public.!>));"
            + " ALTER TABLE public.%1$s ADD CHECK (token_count OPERATOR(public.!>) 1000000)");
  }

  /**
   * Functions that nobody can replace, and that do what the application's expression tells them.
   */
  static Stream<String> deputies() {
    return Stream.of(
        "query_to_xml('SELECT public.evil(1)', false, false, '') IS NOT NULL",
        "table_to_xml('public.said', false, false, '') IS NOT NULL",
        "ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, ''b''::tsquery WHERE public.evil(1) = 1') IS NOT NULL",
        "array_in('{1}', {domain}, -1) IS NOT NULL",
        "set_config('archivist.seized', 'yes', false) IS NOT NULL",
        "pg_advisory_unlock_all() IS NULL",
        "nextval('archive.audit_inbox_id_seq'::regclass) > 0",
        "lo_from_bytea(4711, '') IS NOT NULL",
        "archive.trust('public.evil(integer)') IS NOT NULL",
        "public.run_as_told('SELECT public.evil(1)')",
        "public.ask_as_told('SELECT public.evil(1)')");
  }

  String refusals() throws SQLException {
    try (Connection session = quietly()) {
      String refusals = json(engine().plan(session, "logs")).get("refusals").toString();
      session.rollback();
      return refusals;
    }
  }

  /** By their names as the refusals have them. */
  void trustAllOfTheApplication() throws SQLException {
    try (Connection session = quietly()) {
      as(
          session,
          "SELECT archive.trust(p.oid::regprocedure::text) FROM pg_catalog.pg_proc p WHERE p.proowner = '"
              + app
              + "'::regrole");
      session.commit();
    }
  }

  static void as(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  void asApplication(String statements) {
    List<String> all = new ArrayList<>();
    all.add("SET ROLE " + app);
    all.add(statements);
    db.execute(all.toArray(String[]::new));
  }

  String calls() {
    return db.value("SELECT last_value || ' ' || is_called FROM public.calls");
  }
}
