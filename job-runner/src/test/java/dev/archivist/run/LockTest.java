package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.testing.Eventually;
import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;
import dev.archivist.testing.TestLength;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Long readers, writers and autovacuum against partitions that are made, detached and dropped. Each
 * round archives late rows of a month, purges the month and empties the bin. {@code
 * -Darchivist.test.long=true} makes it long; {@code -Darchivist.locks.rounds} chooses.
 */
class LockTest {
  private static final int ROUNDS = TestLength.of("archivist.locks.rounds", 10, 1000);

  private static final int TRIES = 50;

  /** Sessions that wait for a lock because one of ours has it or wants it, and since when. */
  private static final String WAITS_FOR_US =
      """
      SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)) * 1000, 0)::bigint
      FROM pg_locks l
      JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE NOT l.granted AND a.application_name NOT LIKE 'archivist%' AND EXISTS (
        SELECT FROM unnest(pg_blocking_pids(l.pid)) AS blocking (pid)
        JOIN pg_stat_activity ours ON ours.pid = blocking.pid
        WHERE ours.application_name LIKE 'archivist%')
      """;

  @TempDir Path home;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong longestWait = new AtomicLong();
  private final AtomicLong longestStatement = new AtomicLong();
  private final AtomicLong statements = new AtomicLong();

  /** What one session of the foreground does again and again. */
  @FunctionalInterface
  private interface Work {
    void on(Connection connection, Statement statement) throws SQLException;
  }

  @Test
  void partitionsComeAndGoWithoutStoppingAnybody() throws Exception {
    try (EmbeddedServer server =
            EmbeddedServer.start(
                TestCluster.serverIn(home)
                    .withSetting("fsync", "off")
                    .withSetting("autovacuum_naptime", "1s")
                    .withSetting("autovacuum_vacuum_threshold", "1")
                    .withSetting("autovacuum_vacuum_scale_factor", "0")
                    .withSetting("autovacuum_vacuum_insert_threshold", "1")
                    .withSetting("autovacuum_analyze_threshold", "1"));
        TestDatabase db = TestDatabase.migrated(TestCluster.on(server))) {
      PurgeWorld world = new PurgeWorld(db);
      world.logs(500, "2019-08", "2019-09", "2024-01");
      world.archive("logs");
      ExecutorService threads = Executors.newCachedThreadPool();
      List<Future<?>> foreground = new ArrayList<>();
      try {
        foreground.add(threads.submit(() -> session(db, "reader", this::readOneMonth)));
        foreground.add(threads.submit(() -> session(db, "viewer", this::readTheView)));
        foreground.add(threads.submit(() -> session(db, "long reader", this::readTwice)));
        foreground.add(threads.submit(() -> session(db, "late reader", this::readLate)));
        foreground.add(threads.submit(() -> session(db, "writer", this::write)));
        foreground.add(threads.submit(() -> session(db, "sampler", this::sample)));
        rounds(world);
      } finally {
        over.set(true);
        threads.shutdown();
      }
      for (Future<?> each : foreground) {
        each.get();
      }
      report(db);
      assertThat(db.number("SELECT deadlocks FROM pg_stat_database WHERE datname = ?", db.name()))
          .isZero();
      world.assertLedgerIsRight("logs");
    }
  }

  /** A sampler that sees nothing would say that we keep nobody waiting. */
  @Test
  void theSamplerSeesWhoWaitsForUs() throws Exception {
    try (TestDatabase db = TestDatabase.migrated();
        Connection ours = db.connect();
        Statement lock = ours.createStatement()) {
      lock.execute("SET application_name = 'archivist purge logs'");
      ours.setAutoCommit(false);
      lock.execute("LOCK TABLE public.scenario_logs_archive IN ACCESS EXCLUSIVE MODE");
      ExecutorService threads = Executors.newSingleThreadExecutor();
      Future<?> waiting =
          threads.submit(
              () -> session(db, "reader", (connection, statement) -> waitOnce(statement)));
      threads.shutdown();
      Eventually.assertThatSoon(() -> assertThat(db.number(WAITS_FOR_US)).isGreaterThan(100));
      ours.rollback();
      waiting.get();
    }
  }

  private void waitOnce(Statement statement) throws SQLException {
    count(statement, "scenario_logs_archive");
    over.set(true);
  }

  private static void rounds(PurgeWorld world) {
    PurgeRun purges = world.purges(new LockRetry(new StopSignal()));
    for (int round = 0; round < ROUNDS; round++) {
      world.logs(20, "2019-05");
      world.archive("logs");
      until("2019-05 BINNED", () -> purges.purge("logs"));
      until("2019-05 DROPPED", () -> purges.empty("logs", true));
    }
  }

  /** Who finds others at work leaves the month to the next purge. */
  private static void until(String fate, Supplier<PurgeOutcome> purge) {
    List<String> fates;
    int tries = 0;
    do {
      fates = PurgeWorld.fates(purge.get());
    } while (fates.equals(List.of("2019-05 BUSY")) && ++tries < TRIES);
    assertThat(fates).containsExactly(fate);
  }

  private void report(TestDatabase db) {
    System.out.printf(
        "locks: %d months made, detached and dropped; %d statements of readers and writers, none"
            + " failed; longest wait that we caused (sampled) %d ms; longest of their statements"
            + " %d ms; %s vacuums by autovacuum%n",
        ROUNDS,
        statements.get(),
        longestWait.get(),
        longestStatement.get(),
        db.value("SELECT sum(autovacuum_count) FROM pg_stat_all_tables"));
  }

  /** A session that works until the rounds are over; whatever fails fails the test. */
  private Void session(TestDatabase db, String name, Work work) throws SQLException {
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET application_name = '" + name + "'");
      statement.execute("SET search_path = pg_catalog, public");
      connection.setAutoCommit(false);
      while (!over.get()) {
        work.on(connection, statement);
        connection.commit();
        // people pause too; without it five sessions take the machine from who makes the rounds
        statement.execute("SELECT pg_sleep(0.004)");
        connection.commit();
      }
    }
    return null;
  }

  private void readOneMonth(Connection connection, Statement statement) throws SQLException {
    count(
        statement,
        "scenario_logs_archive WHERE received_at >= '2019-05-01' AND received_at < '2019-09-15'");
  }

  private void readTheView(Connection connection, Statement statement) throws SQLException {
    count(statement, "v_scenario_logs_all WHERE has_pii");
  }

  /** A transaction of one snapshot sees the same, whatever becomes of the partitions. */
  private void readTwice(Connection connection, Statement statement) throws SQLException {
    statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    long first = count(statement, "scenario_logs_archive");
    statement.execute("SELECT pg_sleep(0.15)");
    assertThat(count(statement, "scenario_logs_archive")).isEqualTo(first);
  }

  /** It has its snapshot, but no lock on the archive, when the partition is detached. */
  private void readLate(Connection connection, Statement statement) throws SQLException {
    statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    long ledger =
        number(statement, "SELECT sum(rows) FROM archive.ledger WHERE month > '2019-06-01'");
    statement.execute("SELECT pg_sleep(0.05)");
    assertThat(count(statement, "scenario_logs_archive WHERE received_at >= '2019-06-01'"))
        .isEqualTo(ledger);
  }

  private void write(Connection connection, Statement statement) throws SQLException {
    timed(
        statement,
        "INSERT INTO scenario_logs SELECT gen_random_uuid(), gen_random_uuid(), '2026-07-01',"
            + " md5(g::text), 'young', 'api', g, false, 1, 1 FROM generate_series(1, 10) g");
    timed(statement, "UPDATE scenario_logs SET token_count = 2 WHERE message_preview = 'young'");
    timed(statement, "DELETE FROM scenario_logs WHERE message_preview = 'young'");
  }

  private long count(Statement statement, String what) throws SQLException {
    return number(statement, "SELECT count(*) FROM " + what);
  }

  private long number(Statement statement, String sql) throws SQLException {
    timed(statement, sql);
    try (ResultSet row = statement.getResultSet()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void timed(Statement statement, String sql) throws SQLException {
    long begun = System.nanoTime();
    statement.execute(sql);
    long millis = (System.nanoTime() - begun) / 1_000_000;
    longestStatement.accumulateAndGet(millis, Math::max);
    statements.incrementAndGet();
  }

  private void sample(Connection connection, Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(WAITS_FOR_US)) {
      row.next();
      longestWait.accumulateAndGet(row.getLong(1), Math::max);
    }
    statement.execute("SELECT pg_sleep(0.002)");
  }
}
