package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.Settings;
import dev.archivist.contract.Login;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.testing.HeldLock;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.PurgeJob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Months past their retention leave the archive, whatever happens meanwhile. */
class PurgeTest {
  private final PurgeWorld world = new PurgeWorld();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void monthsPastTheirRetentionGoToTheBinAndTheOthersStay() {
    world.logs(20, "2019-05", "2019-06", "2019-07", "2024-01");
    world.archive("logs");
    List<String> before = world.allLogs();

    assertThat(PurgeWorld.fates(world.purge("logs")))
        .containsExactly("2019-05 BINNED", "2019-06 BINNED");

    assertThat(world.archivedLogMonths()).containsExactly("2019-07", "2024-01");
    assertThat(world.binStates()).containsExactly("2019-05 binned", "2019-06 binned");
    assertThat(world.allLogs()).isEqualTo(before);
    world.assertLedgerIsRight("logs");
    assertThat(
            world.db.rows(
                "SELECT action, status, records_processed, records_deleted, batches FROM archive_jobs"
                    + " ORDER BY created_at DESC LIMIT 1"))
        .hasToString("[[purge, completed, 40, 0, 2]]");
    assertThat(world.column("SELECT drop_after - binned_at = interval '30 days' FROM archive.bin"))
        .containsExactly("t", "t");
    assertThat(
            world.column(
                """
                SELECT b.table_name ~ '^logs_2019_0[56]_20\\d{6}_[0-9a-f]{8}$'
                  AND c.relnamespace = 'archive_bin'::regnamespace AND c.relowner = 'archive_owner'::regrole
                  AND obj_description(c.oid) LIKE '%archivist bin restore ' || b.bin_id || '%'
                FROM archive.bin_tables b JOIN pg_class c ON c.relname = b.table_name
                """))
        .containsExactly("t", "t");
  }

  @Test
  void thatAPurgeHasNothingToDoLeavesNoJob() {
    world.logs(5, "2024-01");
    world.archive("logs");

    assertThat(PurgeWorld.fates(world.purge("logs"))).isEmpty();

    assertThat(world.db.number("SELECT count(*) FROM archive_jobs WHERE action = 'purge'"))
        .isZero();
  }

  @Test
  void whatIsKeptForEverStays() {
    world.logs(5, "2010-01");
    world.archive("logs");
    world.db.execute("UPDATE archive.policies SET keep_for = NULL");

    assertThat(PurgeWorld.fates(world.purge("logs"))).isEmpty();
    assertThat(world.archivedLogMonths()).containsExactly("2010-01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE archive.ledger SET rows = rows + 1 WHERE month = '2019-05-01'",
        "UPDATE archive.ledger SET digest_b = digest_b + 1 WHERE month = '2019-05-01'",
        "DELETE FROM archive.ledger WHERE month = '2019-05-01'",
        "DELETE FROM public.scenario_logs_archive_2019_05 WHERE ctid IN (SELECT min(ctid) FROM"
            + " public.scenario_logs_archive_2019_05)",
        "UPDATE public.scenario_logs_archive_2019_05 SET source = 'x' WHERE size_bytes = 3",
        "DROP TABLE public.scenario_logs_archive_2019_05"
      })
  void aMonthThatIsNotWhatTheLedgerSaysStaysAndTheOthersGo(String fault) {
    world.logs(20, "2019-04", "2019-05", "2019-06");
    world.archive("logs");
    world.db.execute(fault);
    List<String> before = world.allLogs();

    PurgeOutcome outcome = world.purge("logs");

    assertThat(PurgeWorld.fates(outcome))
        .containsExactly("2019-04 BINNED", "2019-05 DIFFERENT", "2019-06 BINNED");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(world.binStates()).containsExactly("2019-04 binned", "2019-06 binned");
    assertThat(world.allLogs()).isEqualTo(before);
    assertThat(
            world.db.rows(
                "SELECT status, error_message LIKE '2019-05 %' FROM archive_jobs"
                    + " ORDER BY created_at DESC LIMIT 1"))
        .hasToString("[[failed, t]]");
  }

  @Test
  void aMonthWithoutRowsGoesToo() {
    world.logs(3, "2019-05");
    world.archive("logs");
    world.db.execute("SELECT archive.make_month_partition('logs', '2019-03-01')");

    assertThat(PurgeWorld.fates(world.purge("logs")))
        .containsExactly("2019-03 BINNED", "2019-05 BINNED");
    world.assertLedgerIsRight("logs");
  }

  @Test
  void whatIsHeldStaysUntilTheHoldEnds() {
    world.logs(20, "2019-04", "2019-05", "2019-06");
    world.archive("logs");
    String all =
        world.db.value(
            "SELECT archive.hold('logs', '2019-05-31 23:59:59+00', '2019-06-01 00:00:00+00',"
                + " reason => 'case 17')");
    world.db.value(
        "SELECT archive.hold('logs', matching => '{\"size_bytes\": 100000}', reason => 'no row has it')");
    String some =
        world.db.value(
            "SELECT archive.hold('logs', '2019-06-01', '2019-07-01', '{\"size_bytes\": 7}',"
                + " reason => 'one row has it')");

    PurgeOutcome outcome = world.purge("logs");

    assertThat(PurgeWorld.fates(outcome))
        .containsExactly("2019-04 BINNED", "2019-05 HELD", "2019-06 HELD");
    assertThat(outcome.months().get(1).why()).isEqualTo("case 17");
    assertThat(outcome.exitCode()).isZero();
    world.assertLedgerIsRight("logs");

    world.db.value("SELECT archive.release_hold(?::uuid)", all);
    world.db.value("SELECT archive.release_hold(?::uuid)", some);
    assertThat(PurgeWorld.fates(world.purge("logs")))
        .containsExactly("2019-05 BINNED", "2019-06 BINNED");
  }

  @Test
  void aHoldThatIsMadeBehindTheFirstLookCounts() {
    world.logs(20, "2019-05");
    world.archive("logs");
    try (PurgeJob session = world.session("logs")) {
      session.begin("{}");
      assertThat(session.due().get(0).heldBy()).isEmpty();
      world.db.value("SELECT archive.hold('logs', reason => 'just now')");

      assertThat(session.record(PurgeWorld.month("2019-05"))).isEmpty();
    }
    world.assertLedgerIsRight("logs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"record", "beginDetach", "finishDetach"})
  void goesOnWhereAPurgeWasKilled(String lastStep) {
    world.logs(20, "2019-05", "2019-06");
    world.archive("logs");
    List<String> before = world.allLogs();
    world.purgeUntil("2019-05", lastStep);
    assertThat(world.binStates()).containsExactly("2019-05 detaching");
    assertThat(world.allLogs()).isEqualTo(before);

    assertThat(PurgeWorld.fates(world.purge("logs")))
        .containsExactly("2019-05 BINNED", "2019-06 BINNED");

    assertThat(world.binStates()).containsExactly("2019-05 binned", "2019-06 binned");
    assertThat(world.allLogs()).isEqualTo(before);
    world.assertLedgerIsRight("logs");
    assertThat(
            world.db.rows(
                "SELECT status FROM archive_jobs WHERE action = 'purge' ORDER BY created_at"))
        .hasToString("[[failed], [completed]]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"record", "beginDetach", "finishDetach", "bin"})
  void rowsThatComeLateForAMonthOnItsWayOutAreArchivedAndGoLater(String lastStep) {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purgeUntil("2019-05", lastStep);
    world.logs(7, "2019-05");
    List<String> before = world.allLogs();

    world.archive("logs");

    assertThat(world.db.number("SELECT count(*) FROM scenario_logs")).isZero();
    assertThat(world.allLogs()).isEqualTo(before);
    PurgeOutcome outcome = world.purge("logs");
    assertThat(PurgeWorld.fates(outcome)).isNotEmpty().allMatch("2019-05 BINNED"::equals);
    assertThat(world.archivedLogMonths()).isEmpty();
    assertThat(world.db.number("SELECT sum(rows) FROM archive.bin_tables")).isEqualTo(27);
    assertThat(world.allLogs()).isEqualTo(before);
    world.assertLedgerIsRight("logs");
  }

  @Test
  void samplesThatComeLateMergeIntoAMonthThatWasOnlyPutDown() {
    world.sample("2020-03-01 00:00:00+00", "123456.123456");
    world.archive("metrics");
    try (PurgeJob session = world.session("metrics")) {
      session.begin("{}");
      assertThat(session.record(PurgeWorld.month("2020-03"))).isPresent();
    }
    // The merged value takes fewer bytes than the one that was recorded.
    world.sample("2020-03-01 12:00:00+00", "-123456.123456");

    world.archive("metrics");

    world.assertLedgerIsRight("metrics");
    assertThat(PurgeWorld.fates(world.purge("metrics"))).containsExactly("2020-03 BINNED");
  }

  @Test
  void aTransactionThatLookedBeforeSeesTheMonthUntilItEnds() throws SQLException {
    world.logs(20, "2019-05", "2019-06");
    world.archive("logs");
    List<String> before = world.allLogs();
    try (Connection reader = world.db.connect();
        Statement statement = reader.createStatement()) {
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      reader.setAutoCommit(false);
      // It has a snapshot, but no lock on the archive.
      statement.execute("SELECT count(*) FROM pg_catalog.pg_class");

      PurgeOutcome outcome = world.purge("logs");

      assertThat(PurgeWorld.fates(outcome)).containsExactly("2019-05 BUSY");
      assertThat(outcome.months().get(0).why()).contains("still sees partition");
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(world.archivedLogMonths()).containsExactly("2019-06");
      assertThat(world.binStates()).containsExactly("2019-05 detaching");
      assertThat(count(statement)).isEqualTo(40);
      reader.commit();
      assertThat(count(statement)).isEqualTo(20);
    }
    assertThat(PurgeWorld.fates(world.purge("logs")))
        .containsExactly("2019-05 BINNED", "2019-06 BINNED");
    assertThat(world.allLogs()).isEqualTo(before);
    world.assertLedgerIsRight("logs");
  }

  @Test
  void aTransactionThatDoesNotSeeTheMonthIsWaitedForTooAndNamed() throws SQLException {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purgeUntil("2019-05", "beginDetach");
    try (Connection reader = world.db.connect();
        Statement statement = reader.createStatement()) {
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      reader.setAutoCommit(false);
      statement.execute("SET application_name = 'a \"report\"'");
      assertThat(count(statement)).isZero();
      String pid = String.valueOf(reader.unwrap(PGConnection.class).getBackendPID());

      PurgeOutcome outcome = world.purge("logs");

      assertThat(PurgeWorld.fates(outcome)).containsExactly("2019-05 BUSY");
      assertThat(outcome.months().get(0).why())
          .startsWith(
              "partition scenario_logs_archive_2019_05 cannot be taken out before these transactions"
                  + " end: \"a \"report\"\" (pid "
                  + pid
                  + "); PostgreSQL waits for every snapshot of the database");
      assertThat(world.binStates()).containsExactly("2019-05 detaching");
    }
    assertThat(PurgeWorld.fates(world.purge("logs"))).containsExactly("2019-05 BINNED");
  }

  @Test
  void nobodyIsWaitedForWithoutASnapshotOrInAnotherDatabase() throws SQLException {
    world.logs(20, "2019-05");
    world.archive("logs");
    try (Connection writer = world.db.connect();
        Statement writes = writer.createStatement();
        Connection neighbour = world.db.cluster().connect("postgres");
        Statement reads = neighbour.createStatement()) {
      writer.setAutoCommit(false);
      writes.execute("CREATE TABLE public.with_an_xid ()");
      neighbour.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      neighbour.setAutoCommit(false);
      reads.execute("SELECT count(*) FROM pg_catalog.pg_class");

      assertThat(PurgeWorld.fates(world.purge("logs"))).containsExactly("2019-05 BINNED");
    }
  }

  @Test
  void shortTransactionsOneAfterTheOtherDoNotKeepAMonthFromLeaving() throws Exception {
    world.logs(20, "2019-05");
    world.archive("logs");
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService others = Executors.newFixedThreadPool(4);
    try {
      List<Future<Void>> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        readers.add(others.submit(reading(done)));
      }

      PurgeOutcome outcome =
          world.purges(new LockRetry(new StopSignal(), Duration.ofSeconds(30))).purge("logs");

      done.set(true);
      for (Future<Void> reader : readers) {
        reader.get();
      }
      assertThat(PurgeWorld.fates(outcome)).containsExactly("2019-05 BINNED");
    } finally {
      others.shutdownNow();
    }
  }

  private Callable<Void> reading(AtomicBoolean done) {
    return () -> {
      try (Connection reader = world.db.connect();
          Statement statement = reader.createStatement()) {
        while (!done.get()) {
          statement.execute("SELECT pg_catalog.pg_sleep(0.05)");
        }
      }
      return null;
    };
  }

  private static long count(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT count(*) FROM public.scenario_logs_archive")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void aMonthThatSomeoneHasLockedStaysInTheArchive() throws SQLException {
    world.logs(20, "2019-05", "2019-06");
    world.archive("logs");
    try (Connection other = world.db.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // as VACUUM does
      statement.execute(
          "LOCK TABLE public.scenario_logs_archive_2019_05 IN SHARE UPDATE EXCLUSIVE MODE");

      assertThat(PurgeWorld.fates(world.purge("logs"))).containsExactly("2019-05 BUSY");

      assertThat(world.binStates()).isEmpty();
      world.assertLedgerIsRight("logs");
      assertThat(world.archivedLogMonths()).containsExactly("2019-05", "2019-06");
    }
    assertThat(PurgeWorld.fates(world.purge("logs")))
        .containsExactly("2019-05 BINNED", "2019-06 BINNED");
  }

  @Test
  void thatSomeoneIsInTheWayOfTheFirstLookDoesNotFailIt() throws SQLException {
    world.logs(20, "2019-05");
    world.archive("logs");
    try (HeldLock bin = HeldLock.of(world.db, "LOCK TABLE archive.bin IN ACCESS EXCLUSIVE MODE")) {
      assertThat(PurgeWorld.fates(world.purges(new LockRetry(new StopSignal())).purge("logs")))
          .containsExactly("2019-05 BINNED");
    }
  }

  @Test
  void aJobThatCouldNotBeClosedHoldsItsPolicy() throws SQLException {
    try (PurgeJob session = world.session("logs");
        PurgeJob rival = world.session("logs")) {
      session.begin("{}");
      try (Connection other = world.db.connect();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute(HeldLock.AUDIT);
        assertThatThrownBy(() -> session.finish("completed", null))
            .extracting("error")
            .isEqualTo(ArchiveError.DATABASE_BUSY);
      }
      assertThatThrownBy(() -> rival.begin("{}"))
          .extracting("error")
          .isEqualTo(ArchiveError.POLICY_HELD);

      session.finish("completed", null);

      rival.begin("{}");
    }
  }

  @Test
  void aMonthThatIsChangedOnItsWayOutDoesNotComeToTheBin() {
    world.logs(20, "2019-05");
    world.archive("logs");
    world.purgeUntil("2019-05", "finishDetach");
    world.db.execute("UPDATE public.scenario_logs_archive_2019_05 SET source = 'x'");

    assertThat(PurgeWorld.fates(world.purge("logs"))).containsExactly("2019-05 DIFFERENT");
    assertThat(world.binStates()).containsExactly("2019-05 detaching");
  }

  @Test
  void dailyValuesGoWithTheirMonth() {
    world.sample("2020-03-01 00:00:00+00", "1.5");
    world.sample("2020-03-31 23:59:59+00", "2.5");
    world.sample("2023-03-01 00:00:00+00", "3.5");
    world.archive("metrics");

    assertThat(PurgeWorld.fates(world.purge("metrics"))).containsExactly("2020-03 BINNED");

    assertThat(world.archivedMonths("scenario_metrics_archive", "timestamp"))
        .containsExactly("2023-03");
    world.assertLedgerIsRight("metrics");
    assertThat(world.db.value("SELECT source_rows FROM archive.bin_tables")).isEqualTo("2");
  }

  @Test
  void namesMayHoldWhatTheyLike() {
    world.db.execute(
        "CREATE TABLE public.\"Live; \"\"x\"\" {table}\" (\"The {which} Time?\" timestamptz NOT NULL,"
            + " \"{columns} 'x'\" text)",
        "CREATE TABLE public.\"Archive of \"\"x\"\", {archive} 'yes'?\" (LIKE public.\"Live;"
            + " \"\"x\"\" {table}\", archived_at timestamptz NOT NULL, archive_batch_id uuid)"
            + " PARTITION BY RANGE (\"The {which} Time?\")",
        "CREATE INDEX ON public.\"Archive of \"\"x\"\", {archive} 'yes'?\" (\"{columns} 'x'\")",
        "ALTER TABLE public.\"Archive of \"\"x\"\", {archive} 'yes'?\" OWNER TO archive_owner",
        "INSERT INTO public.\"Live; \"\"x\"\" {table}\" VALUES ('2019-05-01 00:00:00+00', 'a')",
        """
        INSERT INTO archive.policies (name, kind, time_column, archive_after, keep_for)
        VALUES ('a_name_that_is_as_long_as_a_policys_name_may_be_ok', 'move', 'The {which} Time?',
          interval '1 year', interval '7 years')
        """,
        PolicySql.table(
            "a_name_that_is_as_long_as_a_policys_name_may_be_ok",
            "Live; \"x\" {table}",
            "Archive of \"x\", {archive} 'yes'?"));
    String policy = "a_name_that_is_as_long_as_a_policys_name_may_be_ok";
    world.archive(policy);

    assertThat(PurgeWorld.fates(world.purge(policy))).containsExactly("2019-05 BINNED");

    assertThat(PurgeWorld.fates(world.purges().restore(policy, world.bin("2019-05"))))
        .containsExactly("2019-05 RESTORED");
    world.assertLedgerIsRight(policy);
  }

  @Test
  void itTakesAMemberOfTheOwnerToPurge() {
    world.logs(20, "2019-05");
    world.archive("logs");
    try (Login operator = new Login(world.db, "archive_operator");
        Database database = Database.open(Settings.of(Map.of("DATABASE_URL", operator.url())))) {
      PurgeOutcome outcome = world.purges(database).purge("logs");

      assertThat(outcome.failure().orElseThrow().error()).isEqualTo(ArchiveError.PRIVILEGE_MISSING);
      assertThat(outcome.failure().orElseThrow().hint())
          .isEqualTo(
              "GRANT archive_owner TO \"" + operator.name() + "\", for as long as it takes.");
      assertThat(outcome.exitCode()).isEqualTo(3);
      world.db.execute("UPDATE archive.policies SET keep_for = NULL");
      assertThat(world.purges(database).purge("logs").exitCode()).isZero();
      world.db.execute("UPDATE archive.policies SET keep_for = interval '7 years'");
    }
    assertThat(world.binStates()).isEmpty();
    try (Login owner = new Login(world.db, "archive_owner");
        Database database = Database.open(Settings.of(Map.of("DATABASE_URL", owner.url())))) {
      assertThat(PurgeWorld.fates(world.purges(database).purge("logs")))
          .containsExactly("2019-05 BINNED");
      assertThat(PurgeWorld.fates(world.purges(database).restore("logs", world.bin("2019-05"))))
          .containsExactly("2019-05 RESTORED");
    }
  }
}
