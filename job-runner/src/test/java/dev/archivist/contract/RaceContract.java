package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.Database;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.JobSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever others commit while a batch runs, each row is in exactly one tier. */
abstract class RaceContract extends EngineContract {
  private static final UUID HELD = new UUID(0, 1);

  @BeforeEach
  void fillWithOneRowThatIsHeld() {
    clock("2026-03-05T12:00:00Z");
    rowLockTimeout("1min");
    for (int day = 1; day <= 9; day++) {
      db.execute(logAt(UUID.randomUUID(), "2020-01-0" + day + "T00:00:00Z", "other " + day));
    }
    db.execute(logAt(HELD, "2020-01-05T12:00:00Z", "first"));
    makeMonths("logs", "scenario_logs", "received_at");
  }

  @Test
  void aRowUpdatedWhileItsBatchWaitsIsKeptInItsNewVersion() throws Exception {
    raceAgainst("UPDATE scenario_logs SET message_preview = 'second' WHERE id = '" + HELD + "'");

    assertThat(tiersOf("message_preview = 'first'")).isEmpty();
    assertThat(tiersOf("message_preview = 'second'")).hasSize(1);
    assertThat(allLogs()).hasSize(10);
    run("logs");
    assertThat(tiersOf("message_preview = 'second'")).containsExactly("archive");
    assertThat(allLogs()).hasSize(10);
    assertLedgerIsRight("logs");
  }

  @Test
  void aRowMadeYoungWhileItsBatchWaitsStaysLive() throws Exception {
    raceAgainst(
        "UPDATE scenario_logs SET received_at = '2026-03-05 11:00:00Z' WHERE id = '" + HELD + "'");

    assertThat(tiersOf("id = '" + HELD + "'")).containsExactly("live");
    run("logs");
    assertThat(tiersOf("id = '" + HELD + "'")).containsExactly("live");
    assertThat(column("SELECT received_at FROM scenario_logs"))
        .containsExactly("2026-03-05 11:00:00+00");
    assertThat(allLogs()).hasSize(10);
    assertLedgerIsRight("logs");
  }

  @Test
  void aRowPutIntoAnotherMonthWhileItsBatchWaitsGoesToThatMonth() throws Exception {
    raceAgainst(
        "UPDATE scenario_logs SET received_at = '2019-07-01 00:00:00Z' WHERE id = '" + HELD + "'");
    run("logs");

    assertThat(
            column("SELECT tableoid::regclass::text FROM scenario_logs_archive WHERE id = ?", HELD))
        .containsExactly("scenario_logs_archive_2019_07");
    assertThat(allLogs()).hasSize(10);
    assertLedgerIsRight("logs");
  }

  @Test
  void aRowDeletedWhileItsBatchWaitsIsInNoTier() throws Exception {
    raceAgainst("DELETE FROM scenario_logs WHERE id = '" + HELD + "'");

    assertThat(tiersOf("id = '" + HELD + "'")).isEmpty();
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).hasSize(9);
    assertThat(allLogs()).hasSize(9);
    assertLedgerIsRight("logs");
  }

  @Test
  void aRowWhoseWriterGivesUpIsMovedAsItWas() throws Exception {
    List<String> before = allLogs();
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      rival.execute("UPDATE scenario_logs SET message_preview = 'x' WHERE id = '" + HELD + "'");
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      rival.rollback();

      assertThat(batch.get().deleted()).isEqualTo(10);
    }
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).isEqualTo(before);
  }

  /** The rival's statement, which touches the held row, commits while a batch waits for it. */
  private void raceAgainst(String statement) throws Exception {
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      rival.execute(statement);
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      rival.commit();
      batch.get();
      batches(session);
      session.finish("completed", null);
    }
    assertThat(column("SELECT count(*) FROM scenario_logs_archive WHERE id <> ?", HELD))
        .containsExactly("9");
  }

  /** The tiers in which such a row is, once for each time it is there. */
  private List<String> tiersOf(String condition) {
    return column(
        "SELECT 'live' FROM scenario_logs WHERE %1$s UNION ALL SELECT 'archive' FROM scenario_logs_archive WHERE %1$s"
            .formatted(condition));
  }

  @Test
  void rowsCommittedIntoTheWindowWhileItsBatchRunsAreNotLost() throws Exception {
    UUID late = new UUID(0, 2);
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      rival.execute("SELECT FROM scenario_logs WHERE id = '" + HELD + "' FOR UPDATE");
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      db.execute(logAt(late, "2020-01-02T12:00:00Z", "late"));
      rival.commit();
      batch.get();
      session.finish("completed", null);
    }

    assertThat(tiersOf("message_preview = 'late'")).containsExactly("live");
    assertThat(allLogs()).hasSize(11);
    run("logs");
    assertThat(tiersOf("message_preview = 'late'")).containsExactly("archive");
    assertThat(allLogs()).hasSize(11);
    assertLedgerIsRight("logs");
  }

  /** What the test above would show if the engine copied first and deleted afterwards. */
  @Test
  void copyingFirstAndDeletingAfterwardsLosesRowsCommittedInBetween() throws SQLException {
    UUID late = new UUID(0, 2);
    db.execute("SELECT archive.make_month_partition('logs', '2020-01-01')");
    try (Connection naive = db.connect();
        var statement = naive.createStatement()) {
      statement.execute("SET search_path = pg_catalog, public");
      naive.setAutoCommit(false);
      naive.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      statement.executeUpdate(
          "INSERT INTO scenario_logs_archive SELECT * FROM scenario_logs"
              + " WHERE received_at < '2025-03-05 12:00:00Z'");
      db.execute(logAt(late, "2020-01-02T12:00:00Z", "late"));
      statement.executeUpdate(
          "DELETE FROM scenario_logs WHERE received_at < '2025-03-05 12:00:00Z'");
      naive.commit();
    }

    assertThat(tiersOf("message_preview = 'late'")).as("lost").isEmpty();
    assertThat(allLogs()).hasSize(10);
  }

  @Test
  void aMonthIsCommittedBeforeItsRowsAreHoweverManyAppear() throws Exception {
    // The barrier: whoever makes a table waits for the rival.
    db.execute(
        """
        CREATE FUNCTION public.barrier() RETURNS event_trigger LANGUAGE plpgsql
        SET lock_timeout = 0
        AS $$ BEGIN
          PERFORM pg_advisory_lock(77);
          PERFORM pg_advisory_unlock(77);
        END $$
        """,
        """
        CREATE EVENT TRIGGER barrier ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
        EXECUTE FUNCTION public.barrier()
        """);
    List<String> before;
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      rival.execute("SELECT pg_advisory_xact_lock(77)");
      logsAt(List.of("2018-04-04T04:04:04Z"));
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      logsAt(List.of("2018-05-05T05:05:05Z", "2018-06-06T06:06:06Z"));
      before = allLogs();
      rival.commit();

      assertThat(batch.get()).as("a month").isEqualTo(new BatchResult(0, 0, 0, 0, false));
      assertThat(session.runBatch().deleted()).as("two more months").isZero();
      assertThat(session.runBatch().deleted()).isEqualTo(13);
    }
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).isEqualTo(before);
    assertThat(column("SELECT month FROM archive.ledger ORDER BY 1"))
        .containsExactly("2018-04-01", "2018-05-01", "2018-06-01", "2020-01-01");
    assertLedgerIsRight("logs");
  }

  @Test
  void aLockThatDoesNotComeLeavesNoTraceAndTheNextBatchWorks() throws Exception {
    List<String> logs = allLogs();
    try (Database hasty = open(db.url(), Map.of("ARCHIVE_LOCK_TIMEOUT", "150ms"));
        Rival rival = new Rival(db);
        JobSession session = JobSession.open(hasty, "logs")) {
      session.begin();
      List<List<String>> before = everything();
      rival.execute("LOCK TABLE scenario_logs IN SHARE MODE");

      assertThatThrownBy(session::runBatch)
          .isInstanceOf(ArchiveFailure.class)
          .hasMessageContaining("55P03");

      assertThat(everything()).isEqualTo(before);
      rival.rollback();
      assertThat(session.runBatch().deleted()).isEqualTo(10);
      session.finish("completed", null);
    }
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).isEqualTo(logs);
    assertLedgerIsRight("logs");
  }

  @Test
  void anArchiveThatIsLockedAgainstNewPartitionsLeavesNoTrace() throws Exception {
    List<String> logs = allLogs();
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      db.execute("DROP TABLE scenario_logs_archive_2020_01");
      List<List<String>> before = everything();
      rival.execute("LOCK TABLE scenario_logs_archive IN SHARE UPDATE EXCLUSIVE MODE");

      assertThatThrownBy(session::runBatch)
          .isInstanceOf(ArchiveFailure.class)
          .hasMessageContaining("55P03");

      assertThat(everything()).isEqualTo(before);
      rival.rollback();
      assertThat(session.runBatch().deleted()).as("the month is committed first").isZero();
      assertThat(session.runBatch().deleted()).isEqualTo(10);
    }
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).isEqualTo(logs);
  }

  @Test
  void ofTwoThatWaitForEachOtherNoneLosesARow() throws Exception {
    boolean rivalLost = false;
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      rival.execute("SET deadlock_timeout = '100ms'");
      rival.execute("UPDATE scenario_logs SET token_count = 7 WHERE id = '" + HELD + "'");
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      try {
        rival.execute("UPDATE scenario_logs SET token_count = 7 WHERE message_preview = 'other 1'");
        rival.commit();
        assertThatThrownBy(batch::get).hasMessageContaining("40P01");
        assertThat(tiersOf("token_count = 7")).containsExactly("live", "live");
      } catch (SQLException e) {
        assertThat(e.getSQLState()).isEqualTo("40P01");
        rivalLost = true;
        rival.rollback();
        assertThat(batch.get().deleted()).isEqualTo(10);
      }
    }
    run("logs");
    assertThat(tiersOf("token_count = 7")).hasSize(rivalLost ? 0 : 2);
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).hasSize(10);
    assertThat(allLogs()).hasSize(10);
    assertLedgerIsRight("logs");
  }

  @Test
  void samplesChangedWhileTheirBatchWaitsCountOnceWithTheirNewValue() throws Exception {
    List<String> samples = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      samples.add(sampleAt("2020-01-01T0" + i + ":00:00Z", Integer.toString(i)));
    }
    db.execute(samples.toArray(String[]::new));
    makeMonths("metrics", "scenario_metrics", "timestamp");
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "metrics")) {
      session.begin();
      rival.execute("UPDATE scenario_metrics SET value = 1000 WHERE value = 3");
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      db.execute(sampleAt("2020-01-01T06:00:00Z", "0.5"));
      rival.commit();
      batch.get();
      session.finish("completed", null);
    }
    run("metrics");

    assertThat(
            db.rows(
                "SELECT value_sum, sample_count, value_min, value_max FROM scenario_metrics_archive"))
        .containsExactly(List.of("1012.500000", "6", "0.500000", "1000.000000"));
    assertThat(db.rows("SELECT * FROM scenario_metrics")).isEmpty();
    assertLedgerIsRight("metrics");
  }

  @Test
  void aWriterAtWorkDuringWholeJobsFindsEveryRowInOneTier() throws Exception {
    fillLogs(1500);
    batchRows("logs", 40);
    try (BusyWriter writer = new BusyWriter(db, LOG_COLUMNS)) {
      Future<Map<UUID, String>> log = writer.start(2000);
      do {
        run("logs");
      } while (!log.isDone());
      run("logs");

      assertThat(allLogs())
          .containsExactlyElementsOf(log.get().values().stream().sorted().toList());
      assertThat(writer.effects()).allSatisfy((kind, times) -> assertThat(times).isGreaterThan(20));
    }
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).hasSizeGreaterThan(1000);
    assertLedgerIsRight("logs");
  }
}
