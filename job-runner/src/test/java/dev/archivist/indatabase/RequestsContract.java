package dev.archivist.indatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.contract.Login;
import dev.archivist.run.LoggedProgress;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.RequestRunner;
import dev.archivist.run.StopSignal;
import dev.archivist.testing.Eventually;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of {@code archive.request}, on whichever host the engine runs. */
abstract class RequestsContract {
  TestDatabase db;
  private final List<Runner> runners = new ArrayList<>();

  abstract TestDatabase createDatabase();

  abstract String host();

  @BeforeEach
  void createFreshDatabase() {
    db = createDatabase();
    LiveData.logs(db, 900);
  }

  @AfterEach
  void stopRunnersAndDropDatabase() {
    runners.forEach(Runner::stop);
    db.close();
  }

  @Test
  void aRequestIsTakenSoon() {
    startRunner();
    for (int i = 0; i < 3; i++) {
      assertEnds(request("logs"), "completed");
    }
    // Within a second on a quiet machine. Ten tell a busy one from a request that nobody hears.
    assertThat(
            db.value(
                "SELECT min(started_at - created_at) < interval '10 seconds' FROM archive_jobs"))
        .isEqualTo("t");
    assertThat(db.rows("SELECT DISTINCT host, requested_by FROM archive_jobs").toString())
        .isEqualTo("[[" + host() + ", " + db.value("SELECT session_user") + "]]");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(601);
  }

  @Test
  void aRequestMadeWhileNoRunnerWasThereIsTakenByTheFirstThatComes() {
    String job = request("logs");
    assertThat(status(job)).isEqualTo("pending");

    startRunner();

    assertEnds(job, "completed");
  }

  @Test
  void aRequestWhoseNotificationWasLostIsFoundByPolling() {
    startRunner();
    String job =
        db.value("INSERT INTO archive.jobs (job_type, action) VALUES ('logs', 'run') RETURNING id");

    assertEnds(job, "completed");
  }

  @Test
  void aRunnerWhoseSessionWasLostHearsTheNextRequest() {
    startRunner();
    assertEnds(request("logs"), "completed");
    assertThat(
            db.number(
                "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = ? AND application_name = 'archivist requests') t",
                db.name()))
        .isEqualTo(1);

    assertEnds(request("logs"), "completed");
  }

  @Test
  void aRequestForAHeldPolicyWaitsUntilItIsFree() {
    startRunner();
    String job;
    try (JobSession holder = JobSession.open(db.database(), "logs")) {
      holder.begin();
      job = request("logs");
      assertEnds(question("metrics", "plan"), "completed");
      assertThat(status(job)).isEqualTo("pending");
      holder.finish("completed", null);
    }
    assertEnds(job, "completed");
  }

  @Test
  void aLongJobDoesNotDelayTheOthers() throws SQLException {
    startRunner();
    try (Connection other = db.connect()) {
      other.setAutoCommit(false);
      SqlApiContract.execute(other, "LOCK TABLE public.scenario_logs IN EXCLUSIVE MODE");
      String job = request("logs");
      Eventually.assertThatSoon(() -> assertThat(status(job)).isEqualTo("running"));

      assertEnds(request("metrics"), "completed");
      assertEnds(question("metrics", "verify"), "completed");

      assertThat(status(job)).isEqualTo("running");
      other.rollback();
      assertEnds(job, "completed");
    }
  }

  @Test
  void aRestoreMayBeAskedForByWhoMayRestore() throws SQLException {
    startRunner();
    assertEnds(request("logs"), "completed");
    String restore =
        "SELECT archive.request('logs', '{\"action\": \"restore\", \"from\": \"2000-01-01\","
            + " \"to\": \"2200-01-01\", \"where\": {\"source\": \"api\"}}')";

    try (Login operator = new Login(db, "archive_operator");
        Connection connection = SqlApiContract.connect(operator.url())) {
      assertThatThrownBy(() -> SqlApiContract.execute(connection, restore))
          .hasMessageContaining("may not take anything out of the archive");
    }
    assertThatThrownBy(
            () -> db.value("SELECT archive.request('logs', '{\"action\": \"restore\"}')"))
        .hasMessageContaining("a restore needs the times");
    assertEnds(db.value(restore), "completed");

    assertThat(db.number("SELECT count(*) FROM scenario_logs")).isEqualTo(900);
    assertThat(db.value("SELECT matching::text FROM archive.active_holds"))
        .isEqualTo("{\"source\": \"api\"}");
    assertThat(db.value("SELECT records_processed FROM archive_jobs WHERE action = 'restore'"))
        .isEqualTo("601");
    assertEnds(request("logs"), "completed");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isZero();
  }

  @Test
  void aRestoreThatMeetsLiveRowsSaysWhich() {
    startRunner();
    assertEnds(request("logs"), "completed");
    db.execute(
        "INSERT INTO public.scenario_logs SELECT id, scenario_id, pg_catalog.now(), message_hash,"
            + " message_preview, source, size_bytes, has_pii, token_count, sqs_blocks"
            + " FROM public.scenario_logs_archive LIMIT 1");

    String job =
        db.value(
            "SELECT archive.request('logs', '{\"action\": \"restore\", \"from\": \"2000-01-01\","
                + " \"to\": \"2200-01-01\"}')");

    assertEnds(job, "failed");
    assertThat(error(job)).contains("scenario_logs_pkey: 1 row");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(601);
  }

  @Test
  void aRequestThatIsRefusedSaysWhy() {
    db.execute("CREATE TABLE public.child (log uuid REFERENCES public.scenario_logs (id))");
    String job = request("logs");

    startRunner();

    assertEnds(job, "failed");
    assertThat(error(job)).contains("is refused").contains("child");
    assertThat(db.number("SELECT count(*) FROM archive_jobs")).isEqualTo(1);
  }

  @Test
  void aRequestForAPolicyThatIsGoneSaysSo() {
    db.execute(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
            + " VALUES ('gone', 'move', 'c', '1 day')",
        PolicySql.table("gone", "a", "b"));
    String run = request("gone");
    String question = question("gone", "plan");
    db.execute("DELETE FROM archive.policies WHERE name = 'gone'");

    startRunner();

    assertEnds(run, "failed");
    assertThat(error(run)).contains("no policy is named \"gone\"");
    assertEnds(question, "failed");
    assertThat(error(question)).contains("no policy is named \"gone\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "verify"})
  void aQuestionIsAnsweredInItsRow(String action) {
    startRunner();

    String job = question("logs", action);

    assertEnds(job, "completed");
    assertThat(db.value("SELECT result ->> 'policy' FROM archive_jobs WHERE id = ?::uuid", job))
        .isEqualTo("logs");
    assertThat(db.value("SELECT result::text FROM archive_jobs WHERE id = ?::uuid", job))
        .contains(action.equals("plan") ? "\"rows\": 601" : "\"ok\": true");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isZero();
  }

  @Test
  void twoRunnersGiveEachRequestOneJob() {
    startRunner();
    startRunner();
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      jobs.add(request(i % 2 == 0 ? "logs" : "metrics"));
    }
    jobs.forEach(job -> assertEnds(job, "completed"));

    assertThat(db.number("SELECT count(*) FROM archive_jobs")).isEqualTo(jobs.size());
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(601);
  }

  @Test
  void twoRequestsOfOneTransactionAreBothDone() {
    db.execute(
        "DO $$ BEGIN PERFORM archive.request('logs'); PERFORM archive.request('logs'); END $$");
    startRunner();

    Eventually.assertThatSoon(
        () ->
            assertThat(db.rows("SELECT status FROM archive_jobs").toString())
                .isEqualTo("[[completed], [completed]]"));
  }

  @Test
  void aRunnerThatIsToldToStopStops() {
    Runner runner = startRunner();
    assertEnds(request("logs"), "completed");

    runner.stop();

    assertThat(runner.thread.isAlive()).isFalse();
    Eventually.assertThatSoon(
        () ->
            assertThat(
                    db.rows(
                        "SELECT FROM pg_stat_activity WHERE datname = ?"
                            + " AND application_name LIKE 'archivist %'",
                        db.name()))
                .isEmpty());
  }

  String request(String policy) {
    return db.value("SELECT archive.request(?)", policy);
  }

  private String question(String policy, String action) {
    return db.value(
        "SELECT archive.request(?, jsonb_build_object('action', ?::text))", policy, action);
  }

  private String status(String job) {
    return db.value("SELECT status FROM archive_jobs WHERE id = ?::uuid", job);
  }

  private String error(String job) {
    return db.value("SELECT error_message FROM archive_jobs WHERE id = ?::uuid", job);
  }

  private void assertEnds(String job, String status) {
    Eventually.assertThatSoon(() -> assertThat(status(job)).isEqualTo(status));
  }

  private Runner startRunner() {
    Runner runner = new Runner();
    runners.add(runner);
    return runner;
  }

  /** The thread of {@code archivist schedule} that does what users ask for. */
  private final class Runner {
    private final StopSignal stop = new StopSignal();
    private final Thread thread;

    Runner() {
      PolicyRun run = new PolicyRun(db.database(), db.settings(), stop, new LoggedProgress());
      thread = new Thread(new RequestRunner(db.database(), db.settings(), run, stop)::work);
      thread.start();
      Eventually.assertThatSoon(
          () ->
              assertThat(
                      db.number(
                          "SELECT count(*) FROM pg_stat_activity WHERE datname = ?"
                              + " AND application_name = 'archivist requests' AND state = 'idle'",
                          db.name()))
                  .isEqualTo(runners.size() + 1));
    }

    void stop() {
      stop.request();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
