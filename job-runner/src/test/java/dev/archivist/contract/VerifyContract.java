package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.VerifySession;
import dev.archivist.document.VerifiedRows;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.engine.purge.Purge;
import dev.archivist.engine.verify.Verification;
import dev.archivist.testing.PurgeJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verifying finds what differs, and nothing else, whoever works beside it. */
abstract class VerifyContract extends EngineContract {

  @Test
  void aMoveBesideItRaisesNoAlarm() throws Exception {
    clock("2026-03-05T12:00:00Z");
    fillLogs(900);
    batchRows("logs", 5);

    assertNoAlarmBeside("logs", () -> run("logs"));
  }

  @Test
  void rollUpsThatMergeDaysBesideItRaiseNoAlarm() throws Exception {
    clock("2026-03-05T12:00:00Z");
    fillMetrics(800);
    batchRows("metrics", 4);

    assertNoAlarmBeside("metrics", () -> run("metrics"));
  }

  /** As where a tool that copies the live table puts the copy in its place after a batch. */
  @Test
  void rowsThatAreInBothTiersAreSeen() throws SQLException {
    clock("2026-03-05T12:00:00Z");
    fillLogs(100);
    run("logs");
    db.execute(
        """
        INSERT INTO public.scenario_logs
        SELECT id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii, token_count, sqs_blocks
        FROM public.scenario_logs_archive ORDER BY received_at LIMIT 3
        """);
    try (Connection connection = db.connect()) {
      connection.setAutoCommit(false);
      JsonNode verified = json(engine().verify(connection, "logs"));

      assertThat(verified.path("ok").asBoolean()).isFalse();
      long twice = 0;
      for (JsonNode month : verified.get("months")) {
        assertThat(month.has("live_too")).as("%s", month).isEqualTo(!month.get("ok").asBoolean());
        twice += month.path("live_too").asLong();
      }
      assertThat(twice).isEqualTo(3);
    }
    db.execute(
        "DELETE FROM public.scenario_logs l WHERE EXISTS (SELECT FROM public.scenario_logs_archive a WHERE a.id = l.id)");
    assertLedgerIsRight("logs");
  }

  private void assertNoAlarmBeside(String policy, Runnable job) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection connection = db.connect()) {
      connection.setAutoCommit(false);
      Future<?> working = thread.submit(job);
      int looked = 0;
      do {
        JsonNode verified = json(engine().verify(connection, policy));
        connection.commit();
        assertThat(verified.path("ok").asBoolean()).as("%s", verified).isTrue();
        looked += verified.path("rows").asLong() > 0 ? 1 : 0;
      } while (!working.isDone());
      working.get();
      assertThat(looked).as("looks at rows while the job was at work").isGreaterThan(3);
    } finally {
      thread.shutdownNow();
    }
    assertLedgerIsRight(policy);
  }

  @Test
  void itNamesTheMonthAndTheBatchThatDiffer() throws SQLException {
    logsAt(List.of("2020-01-10Z", "2020-02-10Z", "2020-02-20Z", "2020-03-10Z"));
    batchRows("logs", 2);
    run("logs");
    String batch =
        db.value(
            "SELECT archive_batch_id FROM scenario_logs_archive WHERE received_at = '2020-02-20Z'");
    db.execute(
        "UPDATE public.scenario_logs_archive SET message_preview = 'x' WHERE received_at = '2020-02-20Z'");

    JsonNode verified;
    try (Connection connection = db.connect()) {
      connection.setAutoCommit(false);
      verified = json(engine().verify(connection, "logs"));
    }

    assertThat(verified.path("ok").asBoolean()).isFalse();
    assertThat(verified.path("months").findValuesAsText("ok"))
        .containsExactly("true", "false", "true");
    JsonNode month = verified.path("months").get(1);
    assertThat(month.path("month").asText()).isEqualTo("2020-02");
    assertThat(month.path("ledger").path("rows").asInt()).isEqualTo(2);
    assertThat(month.path("batches")).hasSize(1);
    assertThat(month.path("batches").get(0).path("batch").asText()).isEqualTo(batch);
    assertThat(month.path("batches").get(0).path("problem").asText()).isEqualTo("different");
    assertThat(json(db.archive().verify("logs"))).isEqualTo(verified);
  }

  @Test
  void aColumnThatIsAddedLaterChangesNoDigest() {
    logsAt(List.of("2020-01-10Z", "2020-02-10Z"));
    run("logs");

    db.execute(
        "ALTER TABLE public.scenario_logs ADD COLUMN more numeric",
        "ALTER TABLE public.scenario_logs_archive ADD COLUMN more numeric");
    assertLedgerIsRight("logs");
    logsAt(List.of("2020-02-11Z"));
    db.execute("UPDATE public.scenario_logs SET more = 1.0");
    run("logs");

    assertLedgerIsRight("logs");
    db.execute("UPDATE public.scenario_logs_archive SET more = 1.00 WHERE more = 1");
    assertThat(json(db.archive().verify("logs")).path("ok").asBoolean()).isFalse();
  }

  @Test
  void aColumnThatOnlyTheLiveTableHasOrHasLostChangesNoDigest() {
    db.execute(
        "CREATE TABLE public.notes (at timestamptz NOT NULL, words text, n bigint, rest text)",
        "INSERT INTO public.notes SELECT '2020-01-01Z', 'word ' || g, g, 'rest' FROM generate_series(1, 5) g");
    movePolicy("notes", "notes", "notes_archive", "at");
    run("notes");

    db.execute("ALTER TABLE public.notes ADD COLUMN more int");
    assertLedgerIsRight("notes");
    db.execute(
        "ALTER TABLE public.notes DROP COLUMN more, DROP COLUMN n",
        "INSERT INTO public.notes VALUES ('2020-01-02Z', 'later', 'rest')");
    assertLedgerIsRight("notes");
    run("notes");
    assertLedgerIsRight("notes");
    db.execute("UPDATE public.notes_archive SET n = 7 WHERE words = 'later'");
    assertThat(json(db.archive().verify("notes")).path("ok").asBoolean()).isFalse();
    db.execute(
        "UPDATE public.notes_archive SET n = NULL WHERE words = 'later'",
        "ALTER TABLE public.notes_archive ADD COLUMN seen timestamptz DEFAULT now()");
    assertLedgerIsRight("notes");
  }

  /** An archive that was made with its live table's defaults. */
  @Test
  void whatTheDigestCoversIsAsItWasWhenRowsCame() throws Exception {
    db.execute(
        "CREATE TABLE public.notes (at timestamptz NOT NULL, words text DEFAULT 'none', n bigint NOT NULL DEFAULT 7)",
        "CREATE TABLE public.notes_archive (LIKE public.notes INCLUDING DEFAULTS, seen text DEFAULT 'here',"
            + " archived_at timestamptz NOT NULL DEFAULT now(), archive_batch_id uuid NOT NULL) PARTITION BY RANGE (at)",
        "ALTER TABLE public.notes_archive OWNER TO archive_owner",
        "INSERT INTO public.notes SELECT '2020-01-01Z', 'word ' || g, g FROM generate_series(1, 5) g");
    policyRow("notes", "notes", "notes_archive", "at");
    run("notes");
    assertLedgerIsRight("notes");

    db.execute("ALTER TABLE public.notes DROP COLUMN words, DROP COLUMN n");
    assertLedgerIsRight("notes");
    db.execute("INSERT INTO public.notes VALUES ('2020-01-02Z')");
    assertRefused(db.database(), "notes", "column n of public.notes_archive must have a value");
    db.execute("ALTER TABLE public.notes_archive ALTER COLUMN n DROP NOT NULL");
    run("notes");
    assertLedgerIsRight("notes");
    assertThat(db.rows("SELECT words, n, seen FROM public.notes_archive WHERE at = '2020-01-02Z'"))
        .containsExactly(Arrays.asList(null, null, "here"));

    db.execute("ALTER TABLE public.notes ADD COLUMN seen text");
    assertLedgerIsRight("notes");
    assertRefused(
        db.database(),
        "notes",
        "public.notes has a column seen now, which public.notes_archive filled by itself when rows came");
    db.execute(
        "ALTER TABLE public.notes_archive RENAME COLUMN seen TO seen_by_us",
        "SELECT archive.accept_columns('notes')",
        "ALTER TABLE public.notes_archive ADD COLUMN seen text");
    db.execute("INSERT INTO public.notes VALUES ('2020-01-03Z', 'there')");
    run("notes");
    assertLedgerIsRight("notes");
    db.execute("UPDATE public.notes_archive SET seen = 'elsewhere' WHERE at = '2020-01-03Z'");
    assertThat(json(db.archive().verify("notes")).path("ok").asBoolean()).isFalse();
  }

  /** The purge has taken the month off the ledger, but not yet its partition off the archive. */
  @Test
  void aMonthOnItsWayOutRaisesNoAlarm() throws SQLException {
    logsAt(List.of("2020-01-10Z", "2020-02-10Z"));
    run("logs");
    try (Connection connection = db.connect()) {
      connection.setAutoCommit(false);
      Job job = Purge.begin(connection, "logs", "{}");
      assertThat(Purge.record(connection, job.id(), Month.ofFirstDay("2020-01-01"))).isPresent();
      connection.commit();
      assertThat(db.rows("SELECT month FROM archive.ledger WHERE rows > 0"))
          .containsExactly(List.of("2020-02-01"));

      assertThat(json(db.archive().verify("logs")).path("rows").asInt()).isEqualTo(2);
      assertLedgerIsRight("logs");
      Jobs.finish(connection, job.id(), "completed", null);
      connection.commit();
    }
    logsAt(List.of("2020-01-11Z"));
    run("logs");
    assertThat(json(db.archive().verify("logs")).path("rows").asInt()).isEqualTo(3);
    assertLedgerIsRight("logs");
  }

  /** Rights on a partition count for nothing as long as it is one. */
  @ParameterizedTest
  @ValueSource(strings = {"archive_reader", "archive_operator"})
  void whoMayReadTheArchiveMayReadItsBin(String role) {
    archiveAndBinOneMonth();

    try (Login login = new Login(db, role);
        Database database = open(login.url(), Map.of())) {
      VerifiedRows verified = new Archive(database).verify("logs");

      assertThat(verified.ok()).as("%s", verified).isTrue();
      assertThat(verified.months())
          .extracting(VerifiedRows.Month::bin)
          .doesNotContainNull()
          .hasSize(1);
    }
  }

  @Test
  void aTableInTheBinThatMayNotBeReadKeepsNothingElseFromBeingCompared() {
    archiveAndBinOneMonth();
    logsAt(List.of("2020-02-10Z"));
    run("logs");
    db.execute(
        "UPDATE public.scenario_logs_archive SET message_preview = 'x'",
        "REVOKE SELECT ON ALL TABLES IN SCHEMA archive_bin FROM archive_reader");

    try (Login login = new Login(db, "archive_reader");
        Database database = open(login.url(), Map.of())) {
      VerifiedRows verified = new Archive(database).verify("logs");

      assertThat(verified.ok()).isFalse();
      assertThat(verified.months()).hasSize(2);
      assertThat(verified.months().get(0)).isInstanceOf(VerifiedRows.Differing.class);
      assertThat(verified.months().get(1))
          .isInstanceOfSatisfying(
              VerifiedRows.Unreadable.class,
              month -> {
                assertThat(month.month()).isEqualTo("2019-05");
                assertThat(month.error()).contains("permission denied for table logs_2019_05_");
              });
    }
  }

  /** Nobody reads in the bin what row security of the archive kept from them. */
  @Test
  void rowSecurityOfTheArchiveGivesNobodyItsBin() {
    db.execute("ALTER TABLE public.scenario_logs_archive ENABLE ROW LEVEL SECURITY");
    archiveAndBinOneMonth();

    assertThat(
            column(
                "SELECT pg_catalog.has_table_privilege('archive_reader',"
                    + " pg_catalog.format('archive_bin.%I', table_name), 'SELECT') FROM archive.bin_tables"))
        .containsExactly("f");
  }

  private void archiveAndBinOneMonth() {
    clock("2026-07-15T12:00:00Z");
    logsAt(List.of("2019-05-01T00:00:00Z", "2019-05-31T23:59:59Z"));
    run("logs");
    try (PurgeJob session = PurgeJob.open(db.database(), "logs")) {
      session.begin("{}");
      BinEntry entry = session.record(Month.ofFirstDay("2019-05-01")).orElseThrow();
      session.beginDetach(entry);
      session.finishDetach(entry);
      session.bin(entry);
      session.finish("completed", null);
    }
  }

  @Test
  void nothingIsHeldFromMonthToMonth() {
    logsAt(List.of("2020-01-10Z", "2020-02-10Z"));
    run("logs");

    try (VerifySession session = VerifySession.open(db.database(), "logs")) {
      for (Verification.Part part : session.parts(Optional.empty())) {
        assertThat(session.months(part)).hasSize(1);
        assertThat(
                db.rows(
                    """
                    SELECT state, backend_xmin, l.locktype
                    FROM pg_stat_activity a LEFT JOIN pg_locks l ON l.pid = a.pid
                    WHERE application_name = 'archivist verify logs' AND datname = current_database()
                    """))
            .containsExactly(java.util.Arrays.asList("idle", null, null));
      }
    }
  }

  /** What stands in the way is said, whatever PostgreSQL calls it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "DROP TABLE public.scenario_logs_archive CASCADE; is not there",
        "ALTER TABLE public.scenario_logs_archive RENAME TO elsewhere; is not there",
        "ALTER TABLE public.scenario_logs_archive ALTER COLUMN archive_batch_id TYPE text; archive_batch_id",
        "ALTER TABLE public.scenario_logs_archive DROP COLUMN archived_at CASCADE; archived_at"
      })
  void anArchiveThatCannotBeComparedIsRefused(String change, String named) throws SQLException {
    clock("2026-03-05T12:00:00Z");
    fillLogs(20);
    run("logs");
    db.execute("DROP VIEW public.v_scenario_logs_all", change);

    try (Connection connection = db.connectWithSafePath()) {
      connection.setAutoCommit(false);
      Failures.assertFails(() -> engine().verify(connection, "logs"), "ZA004")
          .hasMessageContaining(named);
    }
  }

  @Test
  void anEmptyArchiveThatIsGoneIsRefused() throws SQLException {
    db.execute("DROP TABLE public.scenario_logs_archive CASCADE");

    try (Connection connection = db.connectWithSafePath()) {
      connection.setAutoCommit(false);
      Failures.assertFails(() -> engine().verify(connection, "logs"), "ZA004")
          .hasMessageContaining("is not there");
    }
  }
}
