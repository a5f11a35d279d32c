package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the bin comes back whole, or is dropped when it may be. */
class BinTest {
  private final PurgeWorld world = new PurgeWorld();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aMonthComesBackAsThePartitionThatItWasAndIsHeld() {
    world.logs(20, "2019-05", "2019-06");
    world.archive("logs");
    List<String> before = world.allLogs();
    List<List<String>> ledger =
        world.db.rows("SELECT month, rows, bytes, oldest, newest, digest_a FROM archive.ledger");
    List<String> columns = definition();
    world.purge("logs");

    assertThat(PurgeWorld.fates(world.purges().restore("logs", world.bin("2019-05"))))
        .containsExactly("2019-05 RESTORED");

    assertThat(world.archivedLogMonths()).containsExactly("2019-05");
    assertThat(world.allLogs()).isEqualTo(before);
    assertThat(definition()).isEqualTo(columns);
    world.assertLedgerIsRight("logs");
    assertThat(
            world.db.rows(
                "SELECT month, rows, bytes, oldest, newest, digest_a FROM archive.ledger"))
        .isSubsetOf(ledger);
    PurgeOutcome again = world.purge("logs");
    assertThat(PurgeWorld.fates(again)).containsExactly("2019-05 HELD");
    assertThat(again.months().get(0).why()).startsWith("restored from the bin");
    world.clock("2026-08-15 00:00:00+00");
    assertThat(PurgeWorld.fates(world.purge("logs")))
        .containsExactly("2019-05 BINNED", "2019-06 DROPPED");
  }

  private List<String> definition() {
    return world.column(
        """
        SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = 'public.scenario_logs_archive_2019_05'::regclass AND contype = 'c'
        UNION ALL
        SELECT pg_get_expr(relpartbound, oid) FROM pg_class
        WHERE oid = 'public.scenario_logs_archive_2019_05'::regclass
        UNION ALL
        SELECT inhparent::regclass::text FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid
        WHERE indrelid = 'public.scenario_logs_archive_2019_05'::regclass
        ORDER BY 1
        """);
  }

  @Test
  void aMonthJoinsRowsThatCameLate() {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purge("logs");
    world.logs(7, "2019-05");
    world.archive("logs");
    List<String> before = world.allLogs();

    assertThat(PurgeWorld.fates(world.purges().restore("logs", world.bin("2019-05"))))
        .containsExactly("2019-05 RESTORED");

    assertThat(world.db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(27);
    assertThat(world.allLogs()).isEqualTo(before);
    assertThat(
            world.db.number(
                "SELECT count(*) FROM pg_class WHERE relnamespace ="
                    + " 'archive_bin'::regnamespace"))
        .isZero();
    world.assertLedgerIsRight("logs");
  }

  @Test
  void aMonthWhoseKeysAreTakenStaysInTheBin() {
    world.sample("2020-03-01 00:00:00+00", "1.5");
    world.archive("metrics");
    world.purge("metrics");
    world.sample("2020-03-01 12:00:00+00", "2.5");
    world.archive("metrics");

    PurgeOutcome outcome = world.purges().restore("metrics", world.bin("2020-03"));

    assertThat(outcome.failure().orElseThrow().error()).isEqualTo(ArchiveError.RESTORE_CONFLICT);
    assertThat(world.binStates()).containsExactly("2020-03 binned");
    world.assertLedgerIsRight("metrics");
    assertThat(PurgeWorld.fates(world.purge("metrics"))).containsExactly("2020-03 BINNED");
    assertThat(world.binStates()).containsExactly("2020-03 binned", "2020-03 binned");
  }

  @ParameterizedTest
  @ValueSource(strings = {"record", "beginDetach", "finishDetach"})
  void aMonthOnItsWayOutComesBack(String lastStep) {
    world.logs(20, "2019-05");
    world.archive("logs");
    List<String> before = world.allLogs();
    world.purgeUntil("2019-05", lastStep);

    assertThat(PurgeWorld.fates(world.purges().restore("logs", world.bin("2019-05"))))
        .containsExactly("2019-05 RESTORED");

    assertThat(world.archivedLogMonths()).containsExactly("2019-05");
    assertThat(world.allLogs()).isEqualTo(before);
    world.assertLedgerIsRight("logs");
    assertThat(
            world.column(
                "SELECT from_time || ' ' || to_time || ' ' || until FROM archive.active_holds"))
        .containsExactly("2019-05-01 00:00:00+00 2019-06-01 00:00:00+00 2026-08-14 12:00:00+00");
    assertThat(PurgeWorld.fates(world.purge("logs"))).containsExactly("2019-05 HELD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"restored", "dropped"})
  void whatSomeoneElseEndedMeanwhileDoesNotComeBackTwice(String end) throws Exception {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purge("logs");
    UUID id = world.bin("2019-05");
    ExecutorService another = Executors.newSingleThreadExecutor();
    try (Connection blocker = world.db.connect();
        Statement statement = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      statement.execute("LOCK TABLE public.archive_jobs IN ACCESS EXCLUSIVE MODE");
      Future<PurgeOutcome> restored =
          another.submit(
              () ->
                  world
                      .purges(new LockRetry(new StopSignal(), Duration.ofMinutes(1)))
                      .restore("logs", id));
      while (world.db.number(
                  "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'public.archive_jobs'::regclass")
              == 0
          && !restored.isDone()) {
        Thread.onSpinWait();
      }
      // It has seen the entry, and cannot begin.
      statement.execute(
          "UPDATE archive.bin SET state = '" + end + "', ended_at = pg_catalog.now()");
      blocker.commit();

      ArchiveFailure failure = restored.get().failure().orElseThrow();

      assertThat(failure.error()).isEqualTo(ArchiveError.BIN_UNKNOWN);
      assertThat(failure.getMessage())
          .isEqualTo("entry " + id + " of the bin was " + end + " meanwhile");
    } finally {
      another.shutdownNow();
    }
    assertThat(world.db.number("SELECT count(*) FROM archive.holds")).isZero();
    assertThat(world.column("SELECT status FROM public.archive_jobs WHERE action = 'purge'"))
        .containsExactlyInAnyOrder("completed", "failed");
  }

  @Test
  void aHoldThatIsBeingMadeIsWaitedForBeforeAnythingIsLocked() throws Exception {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purge("logs");
    UUID id = world.bin("2019-05");
    ExecutorService another = Executors.newSingleThreadExecutor();
    try (Connection holder = world.db.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT archive.hold('logs', reason => 'not committed yet')");
      Future<PurgeOutcome> restored =
          another.submit(
              () ->
                  world
                      .purges(new LockRetry(new StopSignal(), Duration.ofMinutes(1)))
                      .restore("logs", id));

      assertThat(locksOfWhoWaitsForTheHolds(restored)).containsOnly("AccessShareLock");

      holder.commit();
      assertThat(PurgeWorld.fates(restored.get())).containsExactly("2019-05 RESTORED");
    } finally {
      another.shutdownNow();
    }
  }

  /** On tables. */
  private List<String> locksOfWhoWaitsForTheHolds(Future<?> waiting) {
    List<String> modes = List.of();
    while (modes.isEmpty() && !waiting.isDone()) {
      modes =
          world.column(
              """
              SELECT DISTINCT has.mode FROM pg_locks waits JOIN pg_locks has USING (pid)
              WHERE waits.locktype = 'advisory' AND waits.classid = 1095910217 AND NOT waits.granted
                AND waits.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND has.locktype = 'relation'
              """);
    }
    return modes;
  }

  @Test
  void thatWhichIsNotThereCannotComeBack() {
    assertThat(world.purges().restore("logs", UUID.randomUUID()).failure().orElseThrow().error())
        .isEqualTo(ArchiveError.BIN_UNKNOWN);
  }

  @Test
  void whatHasWaitedLongEnoughIsDropped() {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purge("logs");
    world.clock("2026-08-14 11:59:59+00");
    assertThat(PurgeWorld.fates(world.purges().empty("logs", false))).isEmpty();

    world.clock("2026-08-14 12:00:01+00");
    assertThat(PurgeWorld.fates(world.purges().empty("logs", false)))
        .containsExactly("2019-05 DROPPED");

    assertThat(world.binStates()).containsExactly("2019-05 dropped");
    assertThat(world.allLogs()).isEmpty();
    world.assertLedgerIsRight("logs");
  }

  @Test
  void whatIsHeldIsNotDropped() {
    world.logs(20, "2019-05", "2019-06");
    world.archive("logs");
    world.purge("logs");
    world.db.value(
        "SELECT archive.hold('logs', '2019-05-01', '2019-07-01', '{\"size_bytes\": 19}', reason => 'case 9')");

    PurgeOutcome outcome = world.purges().empty("logs", true);

    assertThat(PurgeWorld.fates(outcome)).containsExactly("2019-05 HELD", "2019-06 HELD");
    assertThat(outcome.months().get(0).why()).isEqualTo("case 9");
    assertThat(world.allLogs()).hasSize(40);
  }

  @Test
  void whatIsNotWhatItWasIsNotDropped() {
    world.logs(20, "2019-05", "2019-06");
    world.archive("logs");
    world.purge("logs");
    String table =
        world.db.value(
            "SELECT t.table_name FROM archive.bin JOIN archive.bin_tables t USING (bin_id) WHERE month = '2019-05-01'");
    world.db.execute("DELETE FROM archive_bin." + table + " WHERE size_bytes = 3");

    PurgeOutcome outcome = world.purges().empty("logs", true);

    assertThat(PurgeWorld.fates(outcome)).containsExactly("2019-05 DIFFERENT", "2019-06 DROPPED");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(world.binStates()).containsExactly("2019-05 binned", "2019-06 dropped");
    assertThat(world.allLogs()).hasSize(19);
  }

  @Test
  void aColumnThatTheLiveTableHasGainedDoesNotMatterToTheBin() {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purge("logs");
    world.db.execute("ALTER TABLE public.scenario_logs ADD COLUMN extra text");

    assertThat(PurgeWorld.fates(world.purges().empty("logs", true)))
        .containsExactly("2019-05 DROPPED");
  }
}
