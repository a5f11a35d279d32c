package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.PolicySession;
import dev.archivist.db.PurgeSession;
import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.Eventually;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many statements a job costs, as the server sees them: BEGIN and COMMIT are counted, and what
 * a connection says first. The server logs each; a bound that grows is a round trip more for each
 * batch of each night.
 */
class StatementsTest {
  @TempDir private Path home;
  private EmbeddedServer server;
  private TestDatabase db;
  private Database database;

  @BeforeEach
  void startAServerThatLogsStatements() {
    server =
        EmbeddedServer.start(
            TestCluster.serverIn(home)
                .withSetting("fsync", "off")
                .withSetting("logging_collector", "on")
                .withSetting("log_directory", home.resolve("statements").toString())
                .withSetting("log_filename", "all.log")
                .withSetting("log_line_prefix", "%a: ")
                .withSetting("log_connections", "on")
                .withSetting("log_statement", "all"));
    db = TestDatabase.withItsOwnSessions(TestCluster.on(server));
    database = db.database();
  }

  @AfterEach
  void stop() {
    db.close();
    server.close();
  }

  /**
   * Statements so far of the sessions with this name. The log is written by a process of its own,
   * but in order: it is complete when it has a statement that came later.
   */
  private List<String> statements(String application) throws IOException {
    String mark = "mark " + UUID.randomUUID();
    db.value("SELECT '" + mark + "'");
    Eventually.assertThatSoon(() -> assertThat(log()).anyMatch(line -> line.contains(mark)));
    return log().stream()
        .filter(line -> line.startsWith(application + ": LOG:"))
        .filter(line -> line.contains("statement: ") || line.contains("execute "))
        .toList();
  }

  private List<String> log() throws IOException {
    return Files.readAllLines(home.resolve("statements").resolve("all.log"));
  }

  @Test
  void aBatchTakesEightAndAJobTwelveMore() throws IOException {
    LiveData.logs(db, 60);
    LiveData.makeMonths(db, "logs", "scenario_logs", "received_at");
    db.execute("UPDATE archive.policies SET batch_rows = 10 WHERE name = 'logs'");
    int job;
    int batches = 0;
    try (JobSession session = JobSession.open(database, "logs")) {
      session.begin();
      job = statements("archivist job logs").size();
      BatchResult batch;
      do {
        int before = statements("archivist job logs").size();
        batch = session.runBatch();
        List<String> all = statements("archivist job logs");
        assertThat(all.subList(before, all.size())).hasSizeBetween(3, 8);
        batches++;
      } while (!batch.done());
      int before = statements("archivist job logs").size();
      session.finish("completed", null);
      job += statements("archivist job logs").size() - before;
    }

    assertThat(batches).isGreaterThan(2);
    assertThat(job).as(statements("archivist job logs")::toString).isBetween(4, 12);
  }

  @Test
  void aPurgedMonthTakesTwentyFive() throws IOException {
    LiveData.logs(db, 60);
    new PolicyRun(database, db.settings(), new StopSignal(), Progress.SILENT).run("logs");
    String day =
        db.value(
            "SELECT to_char(min(month), 'YYYY-MM-DD') FROM archive.ledger WHERE policy = 'logs'");
    Month month = Month.ofFirstDay(day);
    try (PolicySession session = PolicySession.toPurge(database, "logs")) {
      session.beginPurge("{}");
      PurgeSession purge = new PurgeSession(session);
      int before = statements("archivist purge logs").size();

      purge.verify(month);
      BinEntry entry = purge.record(month).orElseThrow();
      purge.beginDetach(entry, entry.tables().get(0));
      purge.finishDetach(entry, entry.tables().get(0));
      purge.bin(
          entry.with(
              entry.tables().stream().map(table -> table.at(BinEntry.Place.DETACHED)).toList()));

      List<String> all = statements("archivist purge logs");
      assertThat(all.subList(before, all.size())).hasSizeBetween(10, 25);
      session.finish("completed", null);
    }
    assertThat(db.value("SELECT state FROM archive.bin")).isEqualTo("binned");
  }

  private long sessionsToPlan() throws IOException {
    statements("archivist plan");
    return log().stream()
        .filter(line -> line.contains("connection authorized: "))
        .filter(line -> line.contains("application_name=archivist plan"))
        .count();
  }

  @Test
  void whatLooksAtEveryPolicyNeedsNoSessionForEach() throws IOException {
    assertThat(new Archive(database).policies()).hasSize(3);
    Map<String, Long> sessions =
        Map.of("status", 1L, "plan --all", 1L, "run --all --dry-run", 1L, "doctor", 2L);
    for (String command : sessions.keySet()) {
      long before = sessionsToPlan();

      Archivist.on(db, home).run(command.split(" "));

      assertThat(sessionsToPlan() - before).as(command).isEqualTo(sessions.get(command));
    }
  }

  @Test
  void aSessionThatTheServerEndedIsReplaced() throws IOException {
    new Archive(database)
        .inOneSession(
            archive -> {
              archive.plan("logs");
              db.value(
                  "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                      + " WHERE application_name = 'archivist plan'");
              assertThatThrownBy(() -> archive.plan("logs")).isInstanceOf(ArchiveFailure.class);
              return archive.plan("logs");
            });

    assertThat(sessionsToPlan()).isEqualTo(2);
  }
}
