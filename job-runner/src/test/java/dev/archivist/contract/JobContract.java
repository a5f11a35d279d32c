package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Job;
import dev.archivist.testing.JobSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One session works on a policy at a time; what it commits is counted, whatever ends it. */
abstract class JobContract extends EngineContract {

  @ParameterizedTest
  @ValueSource(strings = {"logs", "metrics"})
  void jobBatchesLedgerStatisticsAndDataCountTheSame(String policy) {
    List<BatchResult> all = new ArrayList<>();
    batchRows(policy, 130);
    for (int run = 0; run < 3; run++) {
      fillLogs(400);
      fillMetrics(400);
      List<BatchResult> batches = batches(policy);
      BatchResult total = sum(batches);

      assertThat(
              db.rows(
                  """
                  SELECT records_processed, records_archived, records_deleted, bytes_archived, batches,
                    (SELECT count(DISTINCT batch_id) FROM archive.batches WHERE job_id = job.id),
                    (SELECT sum(source_rows) FROM archive.batches WHERE job_id = job.id),
                    (SELECT sum(source_bytes) FROM archive.batches WHERE job_id = job.id)
                  FROM archive.jobs job ORDER BY created_at DESC LIMIT 1
                  """))
          .containsExactly(
              List.of(
                  Long.toString(total.processed()),
                  Long.toString(total.archived()),
                  Long.toString(total.deleted()),
                  Long.toString(total.bytes()),
                  Long.toString(batches.stream().filter(batch -> batch.deleted() > 0).count()),
                  Long.toString(batches.stream().filter(batch -> batch.deleted() > 0).count()),
                  Long.toString(total.deleted()),
                  Long.toString(total.bytes())));
      all.addAll(batches);
    }

    List<String> ledger =
        db.rows(
                "SELECT sum(rows), sum(bytes), min(oldest), max(newest), sum(source_rows) FROM archive.ledger")
            .get(0);
    assertThat(ledger.get(4)).isEqualTo(Long.toString(sum(all).deleted()));
    assertThat(ledger)
        .isEqualTo(
            db.rows(
                    "SELECT sum(rows), sum(bytes), min(oldest), max(newest), sum(source_rows) FROM archive.batches")
                .get(0));
    String archive = policy.equals("logs") ? "scenario_logs_archive" : "scenario_metrics_archive";
    String time = policy.equals("logs") ? "received_at" : "timestamp";
    assertThat(ledger.subList(2, 4))
        .isEqualTo(
            db.rows("SELECT min(%1$s), max(%1$s) FROM %2$s".formatted(time, archive)).get(0));
    assertThat(ledger.get(0)).isEqualTo(db.value("SELECT count(*) FROM " + archive));
    assertThat(ledger.subList(0, 2))
        .isEqualTo(
            db.rows(
                    "SELECT total_records, total_bytes FROM v_archive_statistics WHERE archive_type = ?",
                    policy)
                .get(0))
        .isEqualTo(
            db.rows(
                    "SELECT sum(records_archived), sum(bytes_archived) FROM v_archive_growth WHERE archive_type = ?",
                    policy)
                .get(0));
    assertLedgerIsRight(policy);
  }

  @Test
  void aSecondSessionIsToldWhoHoldsThePolicy() {
    try (JobSession first = JobSession.open(db.database(), "logs");
        JobSession second = JobSession.open(db.database(), "logs")) {
      Job job = first.begin();
      String pid = db.value("SELECT session_pid FROM archive.jobs WHERE id = ?", job.id());

      Failures.assertFails(() -> second.begin(), ArchiveError.POLICY_HELD)
          .hasMessageContaining("policy \"logs\" is held by \"archivist job logs\" (pid " + pid);

      assertThat(db.rows("SELECT id, status FROM archive.jobs"))
          .containsExactly(List.of(job.id().toString(), "running"));
      first.finish("completed", null);
      assertThat(second.begin().id()).isNotEqualTo(job.id());
    }
  }

  @Test
  void aJobBeginsWhenItIsBegunAndNotWhenItsSessionWasOpened() {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      String opened = db.value("SELECT clock_timestamp()");

      session.begin();

      assertThat(
              db.rows(
                  """
                  SELECT created_at > ?::timestamptz, cutoff > ?::timestamptz - interval '365 days'
                  FROM archive.jobs
                  """,
                  opened,
                  opened))
          .containsExactly(List.of("t", "t"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE archive.policies SET archive_after = '2 years' WHERE name = 'logs'",
        "CREATE TABLE public.others (LIKE public.scenario_logs INCLUDING ALL);"
            + " GRANT ALL ON public.others TO archive_owner;"
            + " UPDATE archive.policy_tables SET source_table = 'others' WHERE policy = 'logs'",
      })
  void aJobFollowsNoRuleButTheOneThatItNotes(String change) {
    fillLogs(400);
    batchRows("logs", 100);
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      Job job = session.begin();
      while (session.runBatch().deleted() == 0) {
        // makes months
      }
      db.execute(change);

      Failures.assertFails(() -> session.runBatch(), ArchiveError.POLICY_CHANGED)
          .hasMessageContaining("policy \"logs\" was changed while job " + job.id() + " ran")
          .hasMessageContaining("follows version 2, and the rule is version 3");

      session.finish("failed", "the policy was changed");
      assertThat(db.rows("SELECT status, policy_version, records_archived FROM archive.jobs"))
          .containsExactly(List.of("failed", "2", "100"));
      assertThat(session.begin().policy().version()).isEqualTo(3);
    }
  }

  /** Intervals as text differ from session to session. */
  @Test
  void aJobGoesOnWhereOnlyItsBatchesAreAnother() {
    fillLogs(400);
    batchRows("logs", 100);
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      db.execute(
          "SET IntervalStyle = iso_8601",
          "UPDATE archive.policies SET batch_rows = 70, enabled = false WHERE name = 'logs'",
          "SET IntervalStyle = sql_standard",
          "UPDATE archive.policies SET batch_rows = 50 WHERE name = 'logs'");

      long most = 0;
      BatchResult batch;
      do {
        batch = session.runBatch();
        most = Math.max(most, batch.deleted());
      } while (!batch.done());

      assertThat(most).isEqualTo(50);
      session.finish("completed", null);
    }
  }

  /** Its triggers would refuse that, where they are on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM archive.policy_tables WHERE policy = 'logs';"
            + " DELETE FROM archive.policies WHERE name = 'logs'",
        "UPDATE archive.policy_tables SET policy = 'others' WHERE policy = 'logs';"
            + " UPDATE archive.policies SET name = 'others' WHERE name = 'logs'",
      })
  void aJobWhosePolicyVanishesHasFailedAndKeepsWhatItCommitted(String change) {
    fillLogs(400);
    batchRows("logs", 100);
    List<String> before = allLogs();
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      Job job = session.begin();
      while (session.runBatch().deleted() == 0) {
        // makes months
      }
      withoutTriggers(change);

      Failures.assertFails(() -> session.runBatch(), ArchiveError.POLICY_CHANGED)
          .hasMessageContaining("policy \"logs\" was deleted or renamed while job " + job.id());

      session.finish("completed", null);
      assertThat(
              db.rows(
                  "SELECT status, records_archived, error_message, completed_at IS NOT NULL FROM archive.jobs"))
          .containsExactly(
              List.of(
                  "failed",
                  "100",
                  "policy \"logs\" was deleted or renamed while the job ran",
                  "t"));
      assertThat(db.rows("SELECT * FROM archive.job_progress")).isEmpty();
    }
    assertThat(allLogs()).isEqualTo(before);
  }

  @Test
  void aJobThatWasLeftByAPolicyThatVanishedIsClosedByTheNextOfAnyPolicy() {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
    }
    db.execute("DELETE FROM archive.policies WHERE name = 'logs'");
    assertThat(column("SELECT status FROM archive.jobs")).containsExactly("running");
    try (JobSession other = JobSession.open(db.database(), "metrics")) {
      other.begin();

      assertThat(
              db.rows(
                  "SELECT job_type, status, error_message FROM archive.jobs ORDER BY created_at"))
          .containsExactly(
              List.of(
                  "logs",
                  "failed",
                  "interrupted: policy \"logs\" was deleted or renamed;"
                      + " what its committed batches did stays"),
              Arrays.asList("metrics", "running", null));
      other.finish("completed", null);
    }
  }

  @Test
  void aJobOfAnotherPolicyIsLeftToItsSession() {
    try (JobSession logs = JobSession.open(db.database(), "logs");
        JobSession metrics = JobSession.open(db.database(), "metrics")) {
      logs.begin();
      metrics.begin();
      metrics.finish("completed", null);
      logs.runBatch();
      logs.finish("completed", null);
    }
    assertThat(column("SELECT DISTINCT status FROM archive.jobs")).containsExactly("completed");
  }

  private void withoutTriggers(String change) {
    List<String> statements = new ArrayList<>(List.of("SET session_replication_role = replica"));
    statements.addAll(Arrays.asList(change.split("; ")));
    db.execute(statements.toArray(String[]::new));
  }

  @Test
  void policiesDoNotHoldEachOtherUp() {
    try (JobSession logs = JobSession.open(db.database(), "logs");
        JobSession metrics = JobSession.open(db.database(), "metrics")) {
      logs.begin();
      metrics.begin();

      assertThat(column("SELECT job_type FROM archive.jobs WHERE status = 'running' ORDER BY 1"))
          .containsExactly("logs", "metrics");
    }
  }

  @Test
  void theSameSessionCannotOpenASecondJobOfThePolicy() {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      Job job = session.begin();

      Failures.assertFails(() -> session.begin(), ArchiveError.POLICY_HELD)
          .hasMessageContaining("policy \"logs\" is held by this session's job " + job.id());

      assertThat(db.value("SELECT status FROM archive.jobs WHERE id = ?", job.id()))
          .isEqualTo("running");
    }
  }

  /** The server shows a session's start only to its own login, not to a role it has assumed. */
  @Test
  void theSameSessionCannotOpenASecondJobUnderAnotherRoleEither() throws SQLException {
    db.execute(
        "CREATE ROLE "
            + db.name()
            + "_login LOGIN; GRANT archive_operator TO "
            + db.name()
            + "_login");
    try (Connection session = session()) {
      execute(session, "SET SESSION AUTHORIZATION " + db.name() + "_login");
      execute(session, "SET ROLE archive_operator");
      UUID job = engine().begin(session, "logs");
      session.commit();

      Failures.assertFails(() -> engine().begin(session, "logs"), "ZA001")
          .hasMessageContaining("held by this session's job " + job);
      session.rollback();

      assertThat(column("SELECT id || ' ' || status FROM archive.jobs"))
          .containsExactly(job + " running");
      engine().finish(session, job, "completed");
      session.commit();
    } finally {
      db.execute("DROP OWNED BY %1$s_login; DROP ROLE %1$s_login".formatted(db.name()));
    }
  }

  @Test
  void aJobWhoseBeginningWasRolledBackLeavesNoLockBehindItsSuccessor() throws SQLException {
    try (Connection session = session();
        JobSession other = JobSession.open(db.database(), "logs")) {
      engine().begin(session, "logs");
      session.rollback();
      assertThat(db.rows("SELECT * FROM archive.jobs")).isEmpty();

      UUID job = engine().begin(session, "logs");
      session.commit();
      engine().finish(session, job, "completed");
      session.commit();

      other.begin();
      assertThat(column("SELECT status FROM archive.jobs ORDER BY created_at"))
          .containsExactly("completed", "running");
    }
  }

  /** What holds for the session's lock holds for its triggers too: they fire late. */
  @ParameterizedTest
  @ValueSource(strings = {"INSERT", "UPDATE"})
  void aJobThatATriggerRefusesLeavesNoLockToItsSession(String event) throws SQLException {
    try (Connection session = session();
        JobSession other = JobSession.open(db.database(), "logs")) {
      UUID job = event.equals("INSERT") ? null : engine().begin(session, "logs");
      session.commit();
      db.execute(
          "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql"
              + " AS $$ BEGIN RAISE 'not today'; END $$",
          "CREATE TRIGGER refuse AFTER "
              + event
              + " ON public.archive_jobs FOR EACH ROW EXECUTE FUNCTION public.refuse()");
      assertThatThrownBy(
              () -> {
                if (job == null) {
                  engine().begin(session, "logs");
                } else {
                  engine().finish(session, job, "completed");
                }
              })
          .hasMessageContaining("not today");
      session.rollback();
      db.execute("DROP TRIGGER refuse ON public.archive_jobs");

      if (job != null) {
        Failures.assertFails(other::begin, ArchiveError.POLICY_HELD);
        engine().finish(session, job, "completed");
        session.commit();
      }
      assertThat(other.begin()).isNotNull();
    }
  }

  /** Else its refusal would end what waits for the job that is at work. */
  @Test
  void aPolicyThatIsHeldAndRefusedIsHeld() throws SQLException {
    try (JobSession holder = JobSession.open(db.database(), "logs");
        Connection other = session()) {
      holder.begin();
      db.execute(trigger("BEFORE DELETE", "FOR EACH ROW"));

      Failures.assertFails(() -> engine().begin(other, "logs"), "ZA001");
      other.rollback();
    }
    try (Connection other = session()) {
      Failures.assertFails(() -> engine().begin(other, "logs"), "ZA004");
    }
  }

  @Test
  void anotherSessionCannotRunTheBatchesOfAJob() throws SQLException {
    fillLogs(100);
    List<String> before = allLogs();
    try (JobSession holder = JobSession.open(db.database(), "logs");
        Connection other = session()) {
      UUID job = holder.begin().id();

      Failures.assertFails(() -> engine().runBatch(other, job), "ZA006")
          .hasMessageContaining("lost policy \"logs\" to \"archivist job logs\" (pid ");
      other.rollback();
      Failures.assertFails(() -> engine().finish(other, job, "cancelled"), "ZA006");
      other.rollback();

      assertThat(content(LOG_COLUMNS, "scenario_logs")).isEqualTo(before);
      batches(holder);
      holder.finish("completed", null);
    }
  }

  @Test
  void aJobWhoseSessionWasKilledIsClosedByTheNextWhichGoesOn() {
    assumeTrue(engine().outlivesKilledSessions());
    fillLogs(900);
    makeMonths("logs", "scenario_logs", "received_at");
    batchRows("logs", 50);
    List<String> before = allLogs();
    UUID killed;
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      killed = session.begin().id();
      session.runBatch();
      session.runBatch();
      kill(killed);
      Failures.assertFails(session::runBatch, ArchiveError.DATABASE_UNREACHABLE);
    }
    assertThat(allLogs()).isEqualTo(before);
    assertLedgerIsRight("logs");

    run("logs");

    assertThat(
            db.rows(
                """
                SELECT status, records_processed, records_archived, records_deleted, batches,
                  bytes_archived = (SELECT sum(source_bytes) FROM archive.batches WHERE job_id = job.id),
                  error_message LIKE 'interrupted: %', completed_at IS NOT NULL
                FROM archive.jobs job WHERE id = ?
                """,
                killed))
        .containsExactly(List.of("failed", "100", "100", "100", "2", "t", "t", "t"));
    assertThat(db.rows("SELECT * FROM archive.job_progress")).isEmpty();
    assertThat(plan("logs").get("rows").asLong()).isZero();
    assertThat(allLogs()).isEqualTo(before);
    assertLedgerIsRight("logs");
  }

  @Test
  void aSessionKilledInTheMidstOfABatchLosesNothing() throws Exception {
    assumeTrue(engine().outlivesKilledSessions());
    fillMetrics(900);
    makeMonths("metrics", "scenario_metrics", "timestamp");
    batchRows("metrics", 50);
    String samples = "SELECT sum(value_sum), sum(sample_count) FROM v_scenario_metrics_all";
    List<List<String>> before = db.rows(samples);
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "metrics")) {
      UUID job = session.begin().id();
      session.runBatch();
      rival.execute("LOCK TABLE scenario_metrics_archive IN ACCESS EXCLUSIVE MODE");
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      kill(job);
      assertThatThrownBy(batch::get).hasMessageContaining("terminating connection");
      rival.rollback();
      assertThat(db.number("SELECT records_deleted FROM archive.jobs WHERE id = ?", job))
          .isEqualTo(50);
    }
    assertThat(db.rows(samples)).isEqualTo(before);
    assertLedgerIsRight("metrics");

    run("metrics");

    assertThat(column("SELECT status FROM archive.jobs ORDER BY created_at"))
        .containsExactly("failed", "completed");
    assertThat(db.rows(samples)).isEqualTo(before);
    assertLedgerIsRight("metrics");
  }

  @Test
  void aJobWhoseSessionEndedIsClosedByTheNextWhichGoesOn() {
    fillLogs(300);
    makeMonths("logs", "scenario_logs", "received_at");
    batchRows("logs", 50);
    List<String> before = allLogs();
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      session.runBatch();
    }

    run("logs");

    assertThat(
            db.rows(
                "SELECT status, records_deleted, error_message LIKE 'interrupted: %' FROM archive.jobs ORDER BY created_at"))
        .containsExactly(
            List.of("failed", "50", "t"),
            Arrays.asList(
                "completed", db.value("SELECT count(*) - 50 FROM scenario_logs_archive"), null));
    assertThat(allLogs()).isEqualTo(before);
    assertLedgerIsRight("logs");
  }

  /** Ends the job's session from outside, and waits until its lock is free. */
  private void kill(UUID job) {
    String pid = db.value("SELECT session_pid FROM archive.jobs WHERE id = ?", job);
    assertThat(db.value("SELECT pg_terminate_backend(" + pid + ", 20000)")).isEqualTo("t");
  }

  @Test
  void aClosedJobTakesNoMoreBatches() {
    fillLogs(100);
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      session.finish("cancelled", "told to stop");
      List<String> live = content(LOG_COLUMNS, "scenario_logs");

      Failures.assertFails(session::runBatch, ArchiveError.JOB_NOT_RUNNING);
      Failures.assertFails(() -> session.finish("completed", null), ArchiveError.JOB_NOT_RUNNING);

      assertThat(db.rows("SELECT status, error_message FROM archive.jobs"))
          .containsExactly(List.of("cancelled", "told to stop"));
      assertThat(content(LOG_COLUMNS, "scenario_logs")).isEqualTo(live);
    }
  }

  @Test
  void aJobCannotEndAsSomethingElse() {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();

      Failures.assertFails(() -> session.finish("running", null), ArchiveError.JOB_NOT_RUNNING)
          .hasMessageEndingWith("cannot end as \"running\"");

      session.finish("completed", null);
    }
  }

  @Test
  void aPolicyThatIsNotThereIsSaidSo() {
    try (JobSession session = JobSession.open(db.database(), "nothing")) {
      Failures.assertFails(() -> session.begin(), ArchiveError.POLICY_UNKNOWN)
          .hasMessage("no policy is named \"nothing\"");
    }
    Failures.assertFails(() -> db.archive().plan("nothing"), ArchiveError.POLICY_UNKNOWN);
  }

  @Test
  void theOldestRequestBecomesTheJob() {
    db.execute(
        "INSERT INTO archive.jobs (id, job_type, created_at) VALUES"
            + " ('00000000-0000-0000-0000-000000000001', 'metrics', '2026-01-01'),"
            + " ('00000000-0000-0000-0000-000000000002', 'logs', '2026-01-03'),"
            + " ('00000000-0000-0000-0000-000000000003', 'logs', '2026-01-02')");

    run("logs");

    assertThat(column("SELECT substr(id::text, 36) || ' ' || status FROM archive.jobs ORDER BY 1"))
        .containsExactly("1 pending", "2 pending", "3 completed");
  }

  private Connection session() throws SQLException {
    Connection connection = db.connect();
    execute(connection, "SET search_path = pg_catalog, pg_temp");
    connection.setAutoCommit(false);
    return connection;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
