package dev.archivist.indatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.contract.Login;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds for every routine of schema {@code archive}, whichever host the database has. */
abstract class SqlApiContract {
  /** What PostgreSQL says to whoever lacks a right. */
  static final String DENIED = "42501";

  static final List<String> API =
      List.of(
          "archive.begin_job(text)",
          "archive.begin_restore(text,jsonb)",
          "archive.begin_restore(text,timestamp with time zone,timestamp with time zone,jsonb)",
          "archive.finish_job(uuid,text,text)",
          "archive.plan(text)",
          "archive.request(text,jsonb)",
          "archive.restore_batch(uuid)",
          "archive.run(text)",
          "archive.run_batch(uuid)",
          "archive.verify(text)");

  TestDatabase db;

  abstract TestDatabase createDatabase();

  @BeforeEach
  void createFreshDatabase() {
    db = createDatabase();
    LiveData.logs(db, 900);
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  @Test
  void everyNameIsThere() {
    assertThat(routines("true")).containsAll(API);
  }

  @Test
  void everyRoutineSaysWhatItDoes() {
    assertThat(routines("coalesce(obj_description(p.oid, 'pg_proc'), '') = ''")).isEmpty();
  }

  @Test
  void everyRoutineBelongsToARoleThatIsNoSuperuserAndCannotLogIn() {
    assertThat(
            routines("p.proowner NOT IN ('archive_engine'::regrole, 'archive_auditor'::regrole)"))
        .isEmpty();
    assertThat(
            db.rows(
                "SELECT rolsuper OR rolcanlogin OR rolcreaterole OR rolcreatedb OR rolbypassrls"
                    + " FROM pg_roles WHERE rolname IN ('archive_engine', 'archive_auditor')"))
        .containsExactly(List.of("f"), List.of("f"));
  }

  /** What the program runs or steers by, nobody replaces, adds a trigger to, or makes beside it. */
  @Test
  void everythingOfTheEngineBelongsToRolesWithoutMembers() {
    assertThat(
            db.rows(
                """
                SELECT c.relname FROM pg_class c
                WHERE c.relnamespace = 'archive'::regnamespace AND c.relkind NOT IN ('i', 'I', 't', 'c')
                  AND c.relowner NOT IN ('archive_engine'::regrole, 'archive_auditor'::regrole)
                UNION ALL
                SELECT 'view ' || viewname FROM pg_views
                WHERE schemaname = 'public' AND viewname LIKE 'v\\_%' AND viewowner <> 'archive_engine'
                UNION ALL
                SELECT 'type ' || t.typname FROM pg_type t
                WHERE t.typnamespace = 'archive'::regnamespace AND t.typtype <> 'b' AND t.typrelid = 0
                  AND t.typowner NOT IN ('archive_engine'::regrole, 'archive_auditor'::regrole)
                UNION ALL
                SELECT 'schema ' || nspname FROM pg_namespace
                WHERE nspname = 'archive' AND nspowner <> 'archive_engine'::regrole
                """))
        .isEmpty();
    assertThat(
            db.rows(
                "SELECT member::regrole FROM pg_auth_members WHERE roleid IN"
                    + " ('archive_engine'::regrole, 'archive_auditor'::regrole)"))
        .isEmpty();
    for (String role : List.of("archive_owner", "archive_operator", "archive_reader", "public")) {
      assertThat(db.value("SELECT has_schema_privilege(?, 'archive', 'CREATE')", role))
          .as(role)
          .isEqualTo("f");
    }
  }

  @Test
  void theOwnerMayNeitherChangeNorTruncateLiveTables() {
    assertThat(
            db.rows(
                "SELECT t, p FROM unnest(ARRAY['scenario_logs', 'scenario_metrics', 'reports']) t,"
                    + " unnest(ARRAY['UPDATE', 'TRUNCATE']) p"
                    + " WHERE has_table_privilege('archive_owner', 'public.' || t, p)"))
        .isEmpty();
  }

  @Test
  void everyRoutineFixesItsSearchPathButTheProcedureThatCommits() {
    assertThat(
            routines(
                "NOT EXISTS (SELECT FROM unnest(p.proconfig) c"
                    + " WHERE c = 'search_path=pg_catalog, pg_temp')"))
        .containsExactly("archive.run(text)");
  }

  @Test
  void noRoutineIsForEverybody() {
    assertThat(
            routines("has_function_privilege('public', p.oid, 'EXECUTE')" + " OR p.proacl IS NULL"))
        .isEmpty();
  }

  @Test
  void noRoutineBreaksOnNulls() throws SQLException {
    for (List<String> call :
        db.rows(
            "SELECT format('%s %s(%s)', CASE prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT * FROM' END,"
                + " p.oid::regproc, (SELECT string_agg('NULL::' || t::regtype, ', ')"
                + " FROM unnest(p.proargtypes) t)) FROM pg_proc p"
                + " WHERE pronamespace = 'archive'::regnamespace"
                + " AND prorettype <> 'trigger'::regtype ORDER BY 1")) {
      try (Connection connection = db.connect();
          Statement statement = connection.createStatement()) {
        statement.execute(call.get(0));
      } catch (SQLException e) {
        assertThat(e.getMessage())
            .as(call.get(0))
            .doesNotContain("java.", "Exception", "cannot be null");
        assertThat(e.getSQLState()).as(call.get(0)).matches("ZA...|0A000");
      }
    }
    assertThat(db.number("SELECT count(*) FROM archive_jobs")).isZero();
  }

  @Test
  void whoeverHasNoRoleCanDoNothing() throws SQLException {
    db.execute("CREATE ROLE " + db.name() + "_nobody LOGIN PASSWORD 'only-for-this-test'");
    String url = db.cluster().url(db.name(), db.name() + "_nobody", "only-for-this-test");
    try (Connection nobody = connect(url)) {
      for (String call : calls()) {
        assertDenied(nobody, call);
      }
      for (String relation :
          List.of(
              "archive.policies",
              "archive.jobs",
              "archive.ledger",
              "archive.engine_jar",
              "public.scenario_logs_archive",
              "public.archive_jobs",
              "public.v_scenario_logs_all")) {
        assertDenied(nobody, "SELECT * FROM " + relation);
      }
    } finally {
      db.execute("DROP ROLE " + db.name() + "_nobody");
    }
  }

  @Test
  void aReaderPlansAndVerifiesButCannotRun() throws SQLException {
    try (Login login = new Login(db, "archive_reader");
        Connection reader = connect(login.url())) {
      for (String look :
          List.of(
              "SELECT archive.plan('logs')",
              "SELECT archive.verify('logs')",
              "SELECT * FROM archive.jobs",
              "SELECT * FROM public.v_archive_statistics")) {
        execute(reader, look);
      }
      for (String act :
          List.of(
              "SELECT archive.begin_job('logs')",
              "CALL archive.run('logs')",
              "SELECT archive.request('logs')",
              "SELECT archive.run_batch(gen_random_uuid())",
              "SELECT archive.finish_job(gen_random_uuid(), 'failed', 'x')",
              "SELECT archive.make_month_partition('logs', current_date)",
              "DELETE FROM public.scenario_logs",
              "DELETE FROM public.scenario_logs_archive",
              "UPDATE archive.policies SET enabled = false")) {
        assertDenied(reader, act);
      }
    }
  }

  /** Every call of the SQL API, with arguments that would do something. */
  private static List<String> calls() {
    return List.of(
        "SELECT archive.plan('logs')",
        "SELECT archive.begin_job('logs')",
        "SELECT * FROM archive.run_batch(gen_random_uuid())",
        "SELECT archive.finish_job(gen_random_uuid(), 'failed', 'x')",
        "CALL archive.run('logs')",
        "SELECT archive.request('logs')",
        "SELECT archive.begin_restore('logs', '{}')",
        "SELECT archive.begin_restore('logs', '2020-01-01', '2020-02-01')",
        "SELECT * FROM archive.restore_batch(gen_random_uuid())",
        "SELECT archive.verify('logs')",
        "SELECT archive.make_month_partition('logs', current_date)",
        "SELECT archive.raise_error('ZA001', 'm', 'd', 'h')");
  }

  /** Routines of schema archive for which the condition on pg_proc p holds. */
  List<String> routines(String condition) {
    return db
        .rows(
            "SELECT n.nspname || '.' || p.proname || '(' || (SELECT coalesce(string_agg("
                + "format_type(t, NULL), ',' ORDER BY i), '') FROM unnest(p.proargtypes)"
                + " WITH ORDINALITY a (t, i)) || ')' FROM pg_proc p JOIN pg_namespace n"
                + " ON n.oid = p.pronamespace WHERE n.nspname = 'archive' AND ("
                + condition
                + ") ORDER BY 1")
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  static Connection connect(String url) throws SQLException {
    DatabaseUrl parsed = DatabaseUrl.parse(url);
    return DriverManager.getConnection(parsed.jdbcUrl(), parsed.user(), parsed.password());
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static void assertDenied(Connection connection, String sql) {
    assertThatThrownBy(() -> execute(connection, sql))
        .as(sql)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).as(sql).isEqualTo(DENIED));
  }
}
