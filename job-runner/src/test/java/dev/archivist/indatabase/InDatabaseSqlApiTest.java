package dev.archivist.indatabase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.contract.Login;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The SQL API where the engine is in the database. */
@NeedsPlJava
class InDatabaseSqlApiTest extends SqlApiContract {
  private static final List<String> JAR_MANAGEMENT =
      List.of(
          "SELECT sqlj.install_jar('\\x00'::bytea, 'mine', false)",
          "SELECT sqlj.install_jar('file:/tmp/mine.jar', 'mine', false)",
          "SELECT sqlj.replace_jar('\\x00'::bytea, 'archivist_engine_0', false)",
          "SELECT sqlj.replace_jar('file:/tmp/mine.jar', 'archivist_engine_0', false)",
          "SELECT sqlj.remove_jar('archivist_engine_0', false)",
          "SELECT sqlj.set_classpath('archive', '')",
          "SELECT sqlj.set_classpath('public', 'archivist_engine_0')",
          "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE java AS 'java.lang.System.exit'");

  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated(PlJavaCluster.shared().orElseThrow());
  }

  @Test
  void everyFunctionOfTheEngineIsJavaAndRunsWithItsOwnersRights() {
    assertThat(routines("p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'java')"))
        .containsExactly(
            "archive.begin_job(text)",
            "archive.begin_restore(text,jsonb)",
            "archive.finish_job(uuid,text,text)",
            "archive.plan(text)",
            "archive.restore_batch(uuid)",
            "archive.run_batch(uuid)",
            "archive.verify(text)");
    assertThat(
            routines(
                "p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'java')"
                    + " AND NOT p.prosecdef"))
        .isEmpty();
  }

  /** The driver forbids another DateStyle, but a function that calls ours may have one. */
  @Test
  void theDigestDoesNotDependOnTheDateStyleOfWhoCalls() {
    db.execute(
        "CREATE TYPE public.part AS (words text, at timestamptz)",
        "CREATE TABLE public.parts (at timestamptz NOT NULL, part public.part)",
        "CREATE TABLE public.parts_archive (LIKE public.parts, archived_at timestamptz NOT NULL, archive_batch_id uuid) PARTITION BY RANGE (at)",
        "ALTER TABLE public.parts_archive OWNER TO archive_owner",
        "GRANT SELECT, DELETE ON public.parts TO archive_owner",
        "INSERT INTO public.parts VALUES ('2020-02-01Z', ROW('x', '2020-02-03 04:05:06Z'))",
        """
        INSERT INTO archive.policies (name, kind, time_column, archive_after)
        VALUES ('parts', 'move', 'at', interval '1 year')
        """,
        PolicySql.table("parts", "parts", "parts_archive"),
        """
        CREATE FUNCTION public.german() RETURNS text LANGUAGE sql
        SET "DateStyle" = 'German, DMY' SET "TimeZone" = 'Asia/Kathmandu'
        AS $$ SELECT (archive.verify('parts') ->> 'ok') || ' ' || current_setting('DateStyle') $$
        """,
        "CALL archive.run('parts')");

    assertThat(db.value("SELECT public.german()")).isEqualTo("true German, DMY");
    assertThat(db.archive().verify("parts").ok()).isTrue();
  }

  @Test
  void everyFunctionOfTheEngineWaitsForLocksWithALimit() {
    assertThat(
            routines(
                "p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'java')"
                    + " AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c"
                    + " WHERE c LIKE 'lock_timeout=%')"))
        .isEmpty();
  }

  @Test
  void anOperatorRunsAJobStepByStep() throws SQLException {
    String content = LiveData.conserved(db);
    try (Login login = new Login(db, "archive_operator");
        Connection operator = connect(login.url())) {
      assertThat(value(operator, "SELECT archive.plan('logs') ->> 'rows'")).isEqualTo("601");
      String job = value(operator, "SELECT archive.begin_job('logs')");
      String batch =
          "SELECT concat_ws(' ', records_processed, records_archived, records_deleted, done)"
              + " FROM archive.run_batch('"
              + job
              + "')";
      assertThat(value(operator, batch)).as("months are made first").isEqualTo("0 0 0 f");
      assertThat(value(operator, batch)).isEqualTo("601 601 601 f");
      assertThat(value(operator, batch)).as("nothing is left").isEqualTo("0 0 0 t");
      execute(operator, "SELECT archive.finish_job('" + job + "', 'completed', NULL)");
      assertThat(value(operator, "SELECT archive.verify('logs') ->> 'ok'")).isEqualTo("true");
      assertThat(
              value(
                  operator,
                  "SELECT status || ' ' || host FROM archive.jobs WHERE id = '" + job + "'"))
          .isEqualTo("completed in-database");
    }
    assertThat(LiveData.conserved(db)).isEqualTo(content);
  }

  @Test
  void anOperatorCallsAWholeJobAndEachOfItsBatchesIsCommitted() throws SQLException {
    String content = LiveData.conserved(db);
    db.execute("UPDATE archive.policies SET batch_rows = 100");
    try (Login login = new Login(db, "archive_operator");
        Connection operator = connect(login.url())) {
      execute(operator, "CALL archive.run('logs')");
    }
    assertThat(db.rows("SELECT status, host, records_archived, batches FROM archive_jobs"))
        .containsExactly(List.of("completed", "in-database", "601", "7"));
    assertThat(db.number("SELECT count(DISTINCT xmin::text) FROM scenario_logs_archive"))
        .isEqualTo(7);
    assertThat(LiveData.conserved(db)).isEqualTo(content);
  }

  @Test
  void metricsAreRolledUpByACall() throws SQLException {
    LiveData.metrics(db, 900);
    String content = LiveData.conserved(db);
    try (Connection connection = db.connect()) {
      execute(connection, "CALL archive.run('metrics')");
    }
    assertThat(db.number("SELECT count(*) FROM scenario_metrics_archive")).isPositive();
    assertThat(LiveData.conserved(db)).isEqualTo(content);
  }

  @Test
  void aCallWithAHostileSearchPathMovesTheSameRows() throws SQLException {
    String content = LiveData.conserved(db);
    db.execute(
        "CREATE FUNCTION evil.wrong(int, int) RETURNS int LANGUAGE sql AS 'SELECT -1000'",
        "CREATE OPERATOR evil.+ (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.wrong)",
        "CREATE FUNCTION evil.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
        "CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.never)",
        "CREATE FUNCTION evil.pg_try_advisory_xact_lock(int, int) RETURNS boolean LANGUAGE sql"
            + " AS 'SELECT false'",
        "CREATE DOMAIN evil.uuid AS text",
        "CREATE DOMAIN evil.bool AS text",
        "CREATE TABLE evil.policies (name text)");
    try (Connection connection = db.connect()) {
      execute(connection, "SET search_path = evil, pg_catalog");
      execute(connection, "CALL archive.run('logs')");
    }
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(601);
    assertThat(LiveData.conserved(db)).isEqualTo(content);
  }

  @Test
  void aTemporaryTableOfTheCallerDoesNotStandInForOurs() throws SQLException {
    try (Login login = new Login(db, "archive_operator");
        Connection operator = connect(login.url())) {
      execute(operator, "CREATE TEMP TABLE policies (name text)");
      execute(operator, "CREATE TEMP TABLE pg_class (oid oid)");
      execute(operator, "SET search_path = pg_temp, pg_catalog");

      execute(operator, "CALL archive.run('logs')");
    }
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(601);
  }

  @Test
  void noRoleButASuperuserCanLoadCode() throws SQLException {
    try (Login operator = new Login(db, "archive_operator");
        Login reader = new Login(db, "archive_reader");
        Login owner = new Login(db, "archive_owner")) {
      for (Login login : List.of(operator, reader, owner)) {
        try (Connection connection = connect(login.url())) {
          for (String call : JAR_MANAGEMENT) {
            assertDenied(connection, call);
          }
        }
      }
    }
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
