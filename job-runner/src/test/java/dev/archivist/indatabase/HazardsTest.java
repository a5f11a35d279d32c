package dev.archivist.indatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.archivist.config.Settings;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.LoggedProgress;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.StopSignal;
import dev.archivist.testing.Eventually;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PL/Java makes dangerous, and what the engine does about it. */
@NeedsPlJava
class HazardsTest {
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String QUERY_CANCELED = "57014";

  /** More than the limits that are tested, and far less than for ever. */
  private static final Duration IN_TIME = Duration.ofSeconds(20);

  private TestDatabase db;
  private Connection client;

  @BeforeEach
  void createDatabase() throws SQLException {
    db = TestDatabase.withItsOwnSessions(PlJavaCluster.shared().orElseThrow());
    LiveData.logs(db, 900);
    LiveData.makeMonths(db, "logs", "scenario_logs", "received_at");
    client = db.connect();
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    client.close();
    db.close();
  }

  @Test
  void aFailedBatchThatIsTriedAgainLeavesNothingOfItsFirstAttempt() throws SQLException {
    String content = LiveData.conserved(db);
    db.execute(
        "CREATE FUNCTION public.fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF nextval('public.attempts') = 1 THEN RAISE EXCEPTION 'once'; END IF;"
            + " RETURN NULL; END $$",
        "CREATE SEQUENCE public.attempts",
        "GRANT USAGE ON SEQUENCE public.attempts TO PUBLIC",
        "CREATE TRIGGER fail_once AFTER INSERT ON public.scenario_logs_archive"
            + " FOR EACH STATEMENT EXECUTE FUNCTION public.fail_once()");
    String job = begin();

    assertThat(failing("SELECT archive.run_batch('" + job + "')").getSQLState()).isEqualTo("P0001");
    assertThat(LiveData.conserved(db)).isEqualTo(content);
    assertThat(value("SELECT records_archived FROM archive.run_batch('" + job + "')"))
        .isEqualTo("601");

    assertThat(db.number("SELECT last_value FROM public.attempts")).isEqualTo(2);
    assertThat(db.number("SELECT count(*) - count(DISTINCT id) FROM scenario_logs_archive"))
        .isZero();
    assertThat(db.number("SELECT sum(rows) FROM archive.ledger")).isEqualTo(601);
    assertThat(LiveData.conserved(db)).isEqualTo(content);
    db.execute("REINDEX TABLE public.scenario_logs_archive");
  }

  @Test
  void aBatchDoesNotWaitForALockForEver() throws SQLException {
    String job = begin();
    try (Connection other = lockingTheLiveTable()) {
      long start = System.nanoTime();
      SQLException failure = failing("SELECT archive.run_batch('" + job + "')");

      assertThat(failure.getSQLState()).isEqualTo(LOCK_NOT_AVAILABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
      other.rollback();
    }
    assertThat(value("SELECT records_archived FROM archive.run_batch('" + job + "')"))
        .isEqualTo("601");
  }

  @Test
  void aStatementTimeoutEndsABatchThatWaits() throws SQLException {
    String job = begin();
    warmUp(job);
    execute("SET statement_timeout = '500ms'");
    try (Connection other = lockingTheLiveTable()) {
      long start = System.nanoTime();
      SQLException failure = failing("SELECT archive.run_batch('" + job + "')");

      assertThat(failure.getSQLState()).as(failure.getMessage()).isEqualTo(QUERY_CANCELED);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
      other.rollback();
    }
    execute("SET statement_timeout = 0");
    assertThat(value("SELECT records_archived FROM archive.run_batch('" + job + "')"))
        .isEqualTo("601");
  }

  @Test
  void aStatementTimeoutEndsABatchThatIsBusy() throws SQLException {
    String job = begin();
    warmUp(job);
    db.execute(
        "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN PERFORM count(*) FROM generate_series(1, 1000000000); RETURN NULL; END $$",
        "CREATE TRIGGER slow AFTER INSERT ON public.scenario_logs_archive"
            + " FOR EACH STATEMENT EXECUTE FUNCTION public.slow()");
    execute("SET statement_timeout = '500ms'");
    long start = System.nanoTime();

    SQLException failure = failing("SELECT archive.run_batch('" + job + "')");

    assertThat(failure.getSQLState()).isEqualTo(QUERY_CANCELED);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isZero();
  }

  @Test
  void aTimeoutThatHitsTheLoadingOfTheEngineIsSaidAndLeavesNoTrace() throws SQLException {
    String content = LiveData.conserved(db);
    List<String> states = new ArrayList<>();
    for (int millis = 10; millis <= 400; millis += 30) {
      // A session has to load the engine once: here at its first batch, whose job is begun already.
      try (Connection fresh = db.connect()) {
        String job = value(fresh, "SELECT archive.begin_job('logs')");
        SqlApiContract.execute(fresh, "SET statement_timeout = " + millis);
        String state = stateOf(fresh, "SELECT archive.run_batch('" + job + "')");
        states.add(state);
        if (state.equals("done")) {
          break;
        }
        // The session is not left in a transaction that its client knows nothing of.
        assertThat(stateOf(fresh, "SELECT 1")).isEqualTo("done");
      }
      assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isZero();
    }
    assertThat(states).isSubsetOf("done", QUERY_CANCELED, "ZA009");
    assertThat(LiveData.conserved(db)).isEqualTo(content);
    try (Connection fresh = db.connect()) {
      SqlApiContract.execute(fresh, "CALL archive.run('logs')");
    }
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(601);
    assertThat(LiveData.conserved(db)).isEqualTo(content);
  }

  /** PL/Java 1.6 does not give the calling query its resources back after a savepoint. */
  @Test
  void aBatchCalledByAQueryThatReadsATableIsDoneWholeOrNotAtAll() throws SQLException {
    String content = LiveData.conserved(db);
    begin();
    long archived;
    try {
      execute("SELECT archive.run_batch(id) FROM public.archive_jobs WHERE status = 'running'");
      archived = 601;
    } catch (SQLException e) {
      assertThat(e.getMessage()).contains("is not owned by resource owner");
      archived = 0;
    }
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(archived);
    assertThat(LiveData.conserved(db)).isEqualTo(content);
  }

  @Test
  void everyPolicyIsPlannedAndVerifiedByOneQuery() throws SQLException {
    assertThat(value("SELECT count(archive.plan(name)) FROM archive.policies")).isEqualTo("3");
    assertThat(
            value(
                "SELECT bool_and((archive.verify(name) ->> 'ok')::boolean) FROM archive.policies"))
        .isEqualTo("t");
  }

  @Test
  void aCalledJobTriesALockedBatchAgain() throws Exception {
    execute("SET application_name = 'called job'");
    try (Connection other = lockingTheLiveTable()) {
      Thread call = new Thread(() -> executeUnchecked("CALL archive.run('logs')"));
      call.start();
      // The first attempt has failed when a second snapshot of the same job waits for the lock.
      Eventually.assertThatSoon(
          () ->
              assertThat(
                      db.number(
                          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'called job'"
                              + " AND wait_event_type = 'Lock'"
                              + " AND xact_start > (SELECT started_at FROM archive_jobs) + interval '5 s'"))
                  .isEqualTo(1));
      other.rollback();
      call.join();
    }
    assertThat(db.value("SELECT status FROM archive_jobs")).isEqualTo("completed");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(601);
  }

  @Test
  void noBackendThatHasLoadedAJvmOutlivesAJobOfTheRunner() {
    Settings settings = db.settings();
    JobOutcome outcome =
        new PolicyRun(db.database(), settings, new StopSignal(), new LoggedProgress()).run("logs");
    db.archive().plan("logs");
    db.archive().verify("logs");

    assertThat(outcome.status()).isEqualTo("completed");
    assertThat(db.value("SELECT host FROM archive_jobs")).isEqualTo("in-database");
    // The pool, which stays, has the name "archivist"; whatever called the engine has another.
    Eventually.assertThatSoon(
        () ->
            assertThat(
                    db.rows(
                        "SELECT application_name FROM pg_stat_activity WHERE datname = ?"
                            + " AND application_name LIKE 'archivist %'",
                        db.name()))
                .isEmpty());
    assertThat(
            db.rows(
                "SELECT query FROM pg_stat_activity WHERE application_name = 'archivist'"
                    + " AND query ~ 'archive\\.(plan|verify|begin_job|run_batch|finish_job)\\('"))
        .isEmpty();
  }

  @Test
  void aJobsSessionHasBothTimeouts() throws Exception {
    String timeouts;
    db.execute(
        "CREATE TABLE public.seen AS SELECT ''::text AS statement, ''::text AS lock",
        "GRANT INSERT ON public.seen TO PUBLIC",
        "CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO"
            + " public.seen VALUES (current_setting('statement_timeout'), current_setting('lock_timeout'));"
            + " RETURN NULL; END $$",
        "CREATE TRIGGER see AFTER INSERT ON public.scenario_logs_archive"
            + " FOR EACH STATEMENT EXECUTE FUNCTION public.see()");

    new PolicyRun(db.database(), db.settings(), new StopSignal(), new LoggedProgress()).run("logs");

    timeouts = db.rows("SELECT * FROM public.seen WHERE statement <> ''").toString();
    assertThat(timeouts).isNotEqualTo("[]").doesNotContain("[0,").doesNotContain(" 0]");
  }

  /** A whole batch that is rolled back: this session has then loaded all of the engine it needs. */
  private void warmUp(String job) throws SQLException {
    execute("BEGIN");
    execute("SELECT archive.run_batch('" + job + "')");
    execute("ROLLBACK");
  }

  private Connection lockingTheLiveTable() throws SQLException {
    Connection other = db.connect();
    other.setAutoCommit(false);
    SqlApiContract.execute(other, "LOCK TABLE public.scenario_logs IN EXCLUSIVE MODE");
    return other;
  }

  private String begin() throws SQLException {
    return value("SELECT archive.begin_job('logs')");
  }

  private String value(String sql) throws SQLException {
    return value(client, sql);
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void execute(String sql) throws SQLException {
    SqlApiContract.execute(client, sql);
  }

  private void executeUnchecked(String sql) {
    try {
      execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String stateOf(Connection connection, String sql) {
    try {
      SqlApiContract.execute(connection, sql);
      return "done";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  private SQLException failing(String sql) {
    SQLException failure = catchThrowableOfType(SQLException.class, () -> execute(sql));
    assertThat((Throwable) failure).as(sql).isNotNull();
    return failure;
  }
}
