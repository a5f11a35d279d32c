package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.run.PurgeRun;
import dev.archivist.run.StopSignal;
import dev.archivist.testing.JobSession;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each role can do its work and no more. */
abstract class PrivilegeContract extends EngineContract {

  @Test
  void anOperatorPlansRunsAndVerifiesWithoutAnyOtherRight() {
    fillLogs(300);
    fillMetrics(300);
    List<String> before = allLogs();
    try (Login login = new Login(db, "archive_operator");
        Database database = open(login.url(), Map.of())) {
      Archive archive = new Archive(database);
      for (String policy : List.of("logs", "metrics")) {
        long planned = json(archive.plan(policy)).get("rows").asLong();
        try (JobSession session = JobSession.open(database, policy)) {
          session.begin();
          assertThat(sum(batches(session)).deleted()).isEqualTo(planned).isPositive();
          session.finish("completed", null);
        }
        assertThat(json(archive.verify(policy)).get("ok").asBoolean()).isTrue();
      }
      assertThat(column("SELECT DISTINCT requested_by FROM archive.jobs"))
          .containsExactly(login.name());
    }
    assertThat(allLogs()).isEqualTo(before);
    assertThat(
            column(
                """
                SELECT DISTINCT c.relowner::regrole::text
                FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'scenario_logs_archive'::regclass
                """))
        .containsExactly("archive_owner");
  }

  /** Who can set the clock can have everything archived, and end every hold. */
  @Test
  void theClockOfRehearsalsIsARightOfTheOwnerAlone() throws Exception {
    logsAt(List.of("2020-01-10Z", "2026-11-01Z", "2098-01-10Z"));
    db.value("SELECT archive.hold('logs', until => '2090-01-01Z', reason => 'a lawsuit')::text");
    for (String role : List.of("archive_reader", "archive_operator", "archive_owner")) {
      try (Login login = new Login(db, role);
          Connection connection = login.connect();
          Statement statement = connection.createStatement()) {
        boolean may = role.equals("archive_owner");
        statement.execute("SET archivist.now = '2099-06-01Z'");
        assertClock(statement, may);
        // the hold has not ended, whoever says so
        assertThat(json(engine().plan(connection, "logs")).path("rows").asLong()).isZero();
        for (String forLater :
            List.of("ALTER ROLE " + login.name(), "ALTER DATABASE " + db.name())) {
          assertThatThrownBy(
                  () -> statement.execute(forLater + " SET archivist.now = '2099-06-01Z'"))
              .isInstanceOf(SQLException.class);
        }
      }
    }
    clock("2099-06-01Z");
    try (Login login = new Login(db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement()) {
      assertClock(statement, true);
      statement.execute("SET archivist.now = '2099-06-02Z'");
      assertClock(statement, false);
    }
  }

  private static void assertClock(Statement statement, boolean rehearsed) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT archive.clock() > '2099-01-01Z'")) {
      row.next();
      assertThat(row.getBoolean(1)).isEqualTo(rehearsed);
    }
  }

  /** Anybody who may connect can take any advisory lock. */
  @Test
  void whoKeepsTheLockOfHoldsIsNamed() throws Exception {
    db.execute("CREATE ROLE stranger_" + db.name());
    try (Connection stranger = db.connect();
        Statement taking = stranger.createStatement();
        Login login = new Login(db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement()) {
      taking.execute("SET ROLE stranger_" + db.name());
      taking.execute("SELECT pg_advisory_lock(1095910217, 1)");
      statement.execute("SET lock_timeout = '100ms'");
      assertThatThrownBy(
              () -> statement.execute("SELECT archive.hold('logs', reason => 'a lawsuit')"))
          .hasMessageContaining("the holds of policy \"logs\" are locked by process ")
          .hasMessageContaining("have the session ended");
      taking.execute("SELECT pg_advisory_unlock_all()");
      statement.execute("SELECT archive.hold('logs', reason => 'a lawsuit')");
    } finally {
      db.execute("DROP ROLE stranger_" + db.name());
    }
    assertThat(db.number("SELECT count(*) FROM archive.active_holds")).isEqualTo(1);
  }

  /** Verifying cannot see all of it, so who may write what is written down here. */
  @Test
  void nobodyButTheEngineChangesWhatAnEntryOfTheBinSays() {
    assertThat(
            column(
                """
                SELECT concat_ws(' ', role.name, right_to.name, c.relname || '.' || a.attname)
                FROM (VALUES ('archive_owner'), ('archive_operator'), ('archive_reader')) AS role (name),
                  (VALUES ('UPDATE'), ('INSERT')) AS right_to (name), pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.oid IN ('archive.bin'::regclass, 'archive.bin_tables'::regclass, 'archive.archived_columns'::regclass,
                    'archive.archived_properties'::regclass) AND a.attnum > 0
                  AND has_column_privilege(role.name, c.oid, a.attnum, right_to.name)
                  AND NOT (role.name = 'archive_owner' AND right_to.name = 'INSERT' AND c.relname LIKE 'bin%')
                ORDER BY 1
                """))
        .containsExactly(
            "archive_owner UPDATE bin.binned_at",
            "archive_owner UPDATE bin.drop_after",
            "archive_owner UPDATE bin.ended_at",
            "archive_owner UPDATE bin.state");
    assertThat(
            column(
                """
                SELECT role.name || ' ' || c.relname
                FROM (VALUES ('archive_owner'), ('archive_operator'), ('archive_reader')) AS role (name), pg_class c
                WHERE c.oid IN ('archive.bin'::regclass, 'archive.bin_tables'::regclass, 'archive.archived_columns'::regclass,
                    'archive.archived_properties'::regclass)
                  AND has_table_privilege(role.name, c.oid, 'DELETE, TRUNCATE, TRIGGER, REFERENCES')
                """))
        .isEmpty();
  }

  /** Who may read a month in the bin may not read it as a partition past its parent. */
  @Test
  void aMonthThatComesBackFromTheBinBringsNobodyARight() {
    clock("2026-07-15T12:00:00Z");
    logsAt(List.of("2019-05-01T00:00:00Z"));
    run("logs");
    PurgeRun purge = new PurgeRun(db.database(), db.settings(), new StopSignal());
    String rights =
        "SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM pg_class c, aclexplode(c.relacl) AS a"
            + " WHERE c.oid = '%s'::regclass AND a.grantee <> c.relowner";
    String partition = "public.scenario_logs_archive_2019_05";
    assertThat(db.value(rights.formatted(partition))).isNull();
    db.execute("GRANT INSERT, SELECT ON " + partition + " TO PUBLIC");
    assertThat(purge.purge("logs").failure()).isEmpty();
    String table = "archive_bin." + db.value("SELECT table_name FROM archive.bin_tables");
    assertThat(
            column(
                "SELECT concat_ws(' ', coalesce(nullif(a.grantee, 0)::regrole::text, 'PUBLIC'), a.privilege_type)"
                    + " FROM pg_class c, aclexplode(c.relacl) AS a WHERE c.oid = '"
                    + table
                    + "'::regclass AND a.grantee <> c.relowner ORDER BY 1"))
        .as("as the archive's, and nothing that the partition had")
        .containsExactly("archive_operator SELECT", "archive_reader SELECT");
    db.execute(
        "GRANT SELECT, INSERT ON " + table + " TO pg_monitor WITH GRANT OPTION",
        "GRANT SELECT (id), UPDATE (source) ON " + table + " TO archive_reader",
        "GRANT TRUNCATE ON " + table + " TO PUBLIC",
        "REVOKE SELECT ON public.scenario_logs_archive FROM archive_operator");

    UUID bin = UUID.fromString(db.value("SELECT bin_id FROM archive.bin"));
    assertThat(purge.restore("logs", bin).failure()).isEmpty();

    assertThat(db.value(rights.formatted(partition))).isNull();
    assertThat(
            column(
                "SELECT attname FROM pg_attribute WHERE attrelid = '"
                    + partition
                    + "'::regclass AND cardinality(attacl) > 0"))
        .isEmpty();
    assertLedgerIsRight("logs");
  }

  /** A right to decide is no right to replace what others run. */
  @Test
  void aMemberOfTheOwnerCannotReplaceWhatTheProgramRuns() throws Exception {
    try (Login login = new Login(db, "archive_owner");
        Connection connection =
            DriverManager.getConnection(
                DatabaseUrl.parse(login.url()).jdbcUrl(), properties(login));
        Statement statement = connection.createStatement()) {
      List<String> allowed = new ArrayList<>();
      for (String role : List.of(login.name(), "archive_owner")) {
        statement.execute("SET ROLE " + role);
        for (String sql :
            List.of(
                "CREATE OR REPLACE FUNCTION archive.raise_error(text, text, text, text) RETURNS void"
                    + " LANGUAGE sql AS 'SELECT'",
                "CREATE FUNCTION archive.foreign_code(text) RETURNS void LANGUAGE sql AS 'SELECT'",
                "ALTER FUNCTION archive.make_month_partition(text, date) SECURITY INVOKER",
                "DROP FUNCTION archive.request(text, jsonb)",
                "CREATE TABLE archive.mine (x int)",
                "CREATE TRIGGER t BEFORE INSERT ON archive.batches FOR EACH ROW EXECUTE FUNCTION"
                    + " pg_catalog.suppress_redundant_updates_trigger()",
                "CREATE INDEX ON archive.ledger (policy)",
                "ALTER TABLE archive.ledger ADD CHECK (rows > 0)",
                "CREATE RULE r AS ON INSERT TO archive.batches DO INSTEAD NOTHING",
                "ALTER TABLE archive.stray_objects DISABLE TRIGGER ALL",
                "CREATE OR REPLACE VIEW archive.active_holds AS SELECT 1",
                "CREATE OR REPLACE VIEW public.v_archive_statistics AS SELECT 1",
                "DROP TABLE archive.audit",
                "DROP SCHEMA archive CASCADE",
                "ALTER SCHEMA archive RENAME TO mine",
                "SET ROLE archive_engine",
                "SET ROLE archive_auditor",
                "GRANT archive_engine TO " + login.name())) {
          try {
            statement.execute(sql);
            allowed.add(sql);
          } catch (SQLException e) {
            assertThat(e.getSQLState()).as(sql).isEqualTo("42501");
          }
        }
        statement.execute("RESET ROLE");
      }
      assertThat(allowed).isEmpty();
    }
  }

  @Test
  void anOperatorCannotReachBeyondItsWork() throws Exception {
    fillLogs(300);
    run("logs");
    List<String> allowed = new ArrayList<>();
    try (Login login = new Login(db, "archive_operator");
        Connection connection =
            DriverManager.getConnection(
                DatabaseUrl.parse(login.url()).jdbcUrl(), properties(login));
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "UPDATE public.scenario_logs SET source = 'x'",
              "INSERT INTO public.scenario_logs SELECT * FROM public.scenario_logs",
              "TRUNCATE public.scenario_logs",
              "DELETE FROM public.scenario_logs_archive",
              "UPDATE public.scenario_logs_archive SET source = 'x'",
              "DELETE FROM public.scenario_metrics_archive",
              "DELETE FROM public.archive_jobs",
              "DELETE FROM archive.jobs",
              "UPDATE archive.policies SET archive_after = '1 day'",
              "DELETE FROM archive.batches",
              "UPDATE archive.batches SET rows = 0",
              "DELETE FROM archive.ledger",
              "CREATE TABLE archive.mine (x int)",
              "SET ROLE archive_owner")) {
        try {
          statement.execute(sql);
          allowed.add(sql);
        } catch (SQLException e) {
          assertThat(e.getSQLState()).as(sql).isEqualTo("42501");
        }
      }
    }
    assertThat(allowed).isEmpty();
  }

  /** A runner that may restore would do what it finds asked for. */
  @Test
  void anOperatorCannotHaveARestoreRunBehindRequestsBack() throws Exception {
    db.execute("SELECT archive.request('logs', '{\"action\": \"plan\"}')");
    db.execute(
        "INSERT INTO archive.jobs (job_type, action, status, started_at, completed_at)"
            + " VALUES ('logs', 'restore', 'failed', now(), now())");
    db.execute(
        "SELECT archive.request('logs', '{\"action\": \"restore\", \"from\": \"2020-01-01\", \"to\": \"2020-02-01\"}')");
    String before = db.value("SELECT array_agg(j ORDER BY id)::text FROM archive.jobs j");
    try (Login login = new Login(db, "archive_operator");
        Connection connection =
            DriverManager.getConnection(
                DatabaseUrl.parse(login.url()).jdbcUrl(), properties(login));
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "INSERT INTO archive.jobs (job_type, action, options) VALUES ('logs', 'restore', '{}')",
              "INSERT INTO public.archive_jobs (job_type, action) VALUES ('logs', 'purge')",
              "UPDATE archive.jobs SET action = 'restore' WHERE status = 'pending'",
              "UPDATE archive.jobs SET options = '{\"x\": 1}' WHERE status = 'pending'",
              "UPDATE archive.jobs SET job_type = 'metrics'",
              "UPDATE archive.jobs SET requested_by = 'nobody'",
              "UPDATE archive.jobs SET cutoff = now() WHERE action = 'restore'",
              "UPDATE archive.jobs SET status = 'pending', started_at = NULL, completed_at = NULL WHERE action = 'restore'",
              "INSERT INTO archive.jobs (job_type, action, status, started_at, completed_at, result)"
                  + " VALUES ('logs', 'verify', 'completed', now(), now(), '{\"ok\": true}')",
              "UPDATE archive.jobs SET status = 'completed', started_at = now(), completed_at = now()"
                  + " WHERE status = 'pending' AND action = 'plan'",
              "UPDATE archive.jobs SET status = 'running', started_at = now()"
                  + " WHERE status = 'pending' AND action = 'restore'",
              "UPDATE archive.jobs SET status = 'completed', started_at = now(), completed_at = now()"
                  + " WHERE status = 'pending' AND action = 'restore'")) {
        Failures.assertFails(() -> statement.execute(sql), "ZA012");
      }
      assertThat(db.value("SELECT array_agg(j ORDER BY id)::text FROM archive.jobs j"))
          .isEqualTo(before);
      statement.execute(
          "INSERT INTO archive.jobs (job_type, requested_by) VALUES ('metrics', 'postgres')");
      assertThat(column("SELECT requested_by FROM archive.jobs WHERE job_type = 'metrics'"))
          .containsExactly(login.name());
    }
  }

  /** A store that is newer than its database knows one by the ids of jobs. */
  @Test
  void anOperatorDoesNotChooseTheIdOfAJob() throws Exception {
    String insert =
        "INSERT INTO archive.jobs (id, job_type) VALUES ('%s', 'logs') RETURNING id::text";
    String chosen = "00000000-0000-0000-0000-000000000001";
    try (Login login = new Login(db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement();
        ResultSet made = statement.executeQuery(insert.formatted(chosen))) {
      made.next();
      assertThat(column("SELECT id FROM archive.jobs")).containsExactly(made.getString(1));
      assertThat(made.getString(1)).isNotEqualTo(chosen);
    }
    assertThat(db.value(insert.formatted(chosen))).isEqualTo(chosen);
  }

  /** Else it spoke of the restore that another asked for, in that one's name. */
  @Test
  void anOperatorClosesTheJobsOfOthersInNoWordsOfItsOwn() throws Exception {
    String request = "SELECT archive.request('logs', '{\"action\": \"%s\"}')";
    String restore =
        db.value(
            "SELECT archive.request('logs', '{\"action\": \"restore\", \"from\": \"2020-01-01\", \"to\": \"2020-02-01\"}')");
    String verify = db.value(request.formatted("verify"));
    String run = db.value(request.formatted("run"));
    String lost =
        db.value(
            "INSERT INTO archive.jobs (job_type, status, started_at, session_pid)"
                + " VALUES ('metrics', 'running', now(), 1) RETURNING id");
    String before = db.value("SELECT array_agg(j ORDER BY id)::text FROM archive.jobs j");
    String begin = "UPDATE archive.jobs SET status = 'running', started_at = now(), session_pid = ";
    String end =
        "UPDATE archive.jobs SET completed_at = now(), error_message = 'in vain', status = ";
    try (Login login = new Login(db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement()) {
      for (String refused :
          List.of(
              "UPDATE archive.jobs SET error_message = 'in vain' WHERE id = '" + run + "'",
              begin + "NULL WHERE id = '" + run + "'",
              begin + "pg_backend_pid(), error_message = 'in vain' WHERE id = '" + run + "'",
              begin + "pg_backend_pid() WHERE id = '" + verify + "'",
              end + "'failed', records_archived = 5 WHERE id = '" + lost + "'",
              end + "'cancelled', started_at = now(), batches = 5 WHERE id = '" + restore + "'")) {
        Failures.assertFails(() -> statement.execute(refused), "ZA012");
      }
      assertThat(db.value("SELECT array_agg(j ORDER BY id)::text FROM archive.jobs j"))
          .isEqualTo(before);
      statement.execute(end + "'cancelled', started_at = now() WHERE id = '" + restore + "'");
      statement.execute(end + "'failed', started_at = now() WHERE id = '" + verify + "'");
      statement.execute(end + "'failed' WHERE id = '" + lost + "'");
      statement.execute(begin + "pg_backend_pid() WHERE id = '" + run + "'");
      assertThat(column("SELECT status || ': ' || error_message FROM archive.jobs ORDER BY 1"))
          .containsExactlyInAnyOrder(
              "cancelled: cancelled by role " + login.name() + " before it began",
              "failed: refused by role " + login.name() + ": in vain",
              "failed: interrupted: the session that ran the job ended; what its committed batches"
                  + " did stays",
              null);
    }
  }

  private static Properties properties(Login login) {
    Properties properties = new Properties();
    DatabaseUrl url = DatabaseUrl.parse(login.url());
    properties.setProperty("user", url.user());
    properties.setProperty("password", url.password());
    return properties;
  }

  @Test
  void aReaderSeesJobsTiersAndEveryRowButCannotRun() {
    fillLogs(300);
    run("logs");
    List<List<String>> logs =
        db.rows("SELECT is_archived, count(*) FROM v_scenario_logs_all GROUP BY 1 ORDER BY 1");
    try (Login login = new Login(db, "archive_reader");
        Database database = open(login.url(), Map.of());
        JobSession session = JobSession.open(database, "logs")) {
      Archive archive = new Archive(database);

      assertThat(archive.jobs(10)).hasSize(1);
      assertThat(archive.archiveTiers().get(0).rows())
          .isEqualTo(Long.parseLong(logs.get(1).get(1)));
      assertThat(json(archive.verify("logs")).get("ok").asBoolean()).isTrue();
      if (engine().worksAs(login.name()).equals(login.name())) {
        // A reader's plan says which rights a run by this role would lack.
        assertThat(json(archive.plan("logs")).get("refusals")).hasSize(2);
        Failures.assertFails(() -> session.begin(), ArchiveError.POLICY_REFUSED);
      } else {
        assertThat(json(archive.plan("logs")).get("refusals")).isEmpty();
        Failures.assertFails(() -> session.begin(), ArchiveError.PRIVILEGE_MISSING);
      }
    }
  }

  @Test
  void thePublicCanDoNothing() {
    assertThat(
            column(
                """
                SELECT 'schema ' || nspname FROM pg_namespace
                WHERE nspname = 'archive'
                  AND (has_schema_privilege('public', oid, 'USAGE') OR has_schema_privilege('public', oid, 'CREATE'))
                UNION ALL
                SELECT 'relation ' || c.oid::regclass
                FROM pg_class c
                WHERE c.relkind IN ('r', 'p', 'v', 'm')
                  AND (c.relnamespace = 'archive'::regnamespace OR c.relname LIKE '%archive%')
                  AND c.relnamespace::regnamespace::text IN ('archive', 'public')
                  AND (has_table_privilege('public', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                    OR has_any_column_privilege('public', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
                UNION ALL
                SELECT 'sequence ' || s.seqrelid::regclass
                FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
                WHERE c.relnamespace = 'archive'::regnamespace
                  AND has_sequence_privilege('public', s.seqrelid, 'USAGE, SELECT, UPDATE')
                UNION ALL
                SELECT 'function ' || p.oid::regprocedure FROM pg_proc p
                WHERE p.pronamespace = 'archive'::regnamespace
                  AND has_function_privilege('public', p.oid, 'EXECUTE')
                """))
        .isEmpty();
  }

  @Test
  void functionsThatRunWithTheRightsOfTheirOwnerFixTheirSearchPath() {
    assertThat(
            column(
                """
                SELECT p.oid::regprocedure::text FROM pg_proc p
                WHERE p.pronamespace = 'archive'::regnamespace AND p.prosecdef
                  AND NOT coalesce(p.proconfig, '{}') && ARRAY['search_path=pg_catalog, pg_temp']
                """))
        .isEmpty();
  }
}
