package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.testing.JobSession;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is held stays where it is, from the moment its hold is committed until the hold ends. */
abstract class HoldContract extends EngineContract {
  private static final String SCENARIO = "0000000A-0000-0000-0000-00000000000b";

  @BeforeEach
  void fillTwoMonths() {
    clock("2026-03-05T12:00:00Z");
    logsAt(
        List.of(
            "2020-01-10T00:00:00Z",
            "2020-01-20T00:00:00Z",
            "2020-02-01T00:00:00Z",
            "2020-02-20T00:00:00Z"));
    db.execute(
        "UPDATE public.scenario_logs SET scenario_id = '"
            + SCENARIO
            + "' WHERE extract(day FROM received_at AT TIME ZONE 'UTC') = 20");
    makeMonths("logs", "scenario_logs", "received_at");
  }

  private UUID hold(String policy, String from, String to, String matching, String until) {
    return UUID.fromString(
        db.value(
            "SELECT archive.hold(?, ?::timestamptz, ?::timestamptz, ?::jsonb, ?::timestamptz, 'asked for')",
            policy,
            from,
            to,
            matching,
            until));
  }

  private List<String> live() {
    return column(
        "SELECT to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM scenario_logs ORDER BY 1");
  }

  @ParameterizedTest
  @CsvSource({"3", "1000"})
  void aHeldRangeStaysUntilItIsReleased(int batchRows) {
    batchRows("logs", batchRows);
    List<String> before = allLogs();
    UUID hold = hold("logs", "2020-01-20T00:00:00Z", "2020-02-20T00:00:00Z", null, null);

    JsonNode plan = plan("logs");
    assertThat(plan.get("rows").asLong()).isEqualTo(2);
    assertThat(plan.get("held_rows").asLong()).isEqualTo(2);
    assertThat(plan.at("/holds/0/hold").asText()).isEqualTo(hold.toString());
    assertThat(plan.at("/holds/0/reason").asText()).isEqualTo("asked for");
    assertThat(run("logs").deleted()).isEqualTo(2);
    assertThat(live()).containsExactly("2020-01-20", "2020-02-01");
    assertThat(run("logs").deleted()).isZero();

    db.value("SELECT archive.release_hold(?)", hold);
    assertThat(run("logs").deleted()).isEqualTo(2);
    assertThat(live()).isEmpty();
    assertThat(allLogs()).isEqualTo(before);
    assertLedgerIsRight("logs");
  }

  @Test
  void onlyRowsThatMatchAreHeldWhereTheHoldSaysWhich() {
    hold("logs", null, null, "{\"scenario_id\": \"" + SCENARIO + "\"}", null);

    run("logs");

    assertThat(live()).containsExactly("2020-01-20", "2020-02-20");
    assertThat(plan("logs").get("windows")).isEmpty();
    assertThat(plan("logs").get("held_rows").asLong()).isEqualTo(2);
  }

  @Test
  void aTableWithoutAnIndexIsHeldToo() {
    db.execute(
        "CREATE TABLE public.plain AS SELECT * FROM public.scenario_logs",
        "ALTER TABLE public.plain ADD COLUMN \"{held}\" text, ADD COLUMN old int");
    movePolicy("plain", "plain", "plain_archive", "received_at");
    db.value("SELECT archive.hold('plain', matching => '{\"old\": null}', reason => 'all')");

    assertThat(run("plain").deleted()).isZero();
    db.execute("UPDATE public.plain SET old = 1 WHERE scenario_id <> '" + SCENARIO + "'");
    assertThat(run("plain").deleted()).isEqualTo(2);
  }

  @Test
  void aHoldEndsByItself() {
    hold("logs", null, null, null, "2026-03-10T00:00:00Z");
    assertThat(run("logs").deleted()).isZero();

    clock("2026-03-10T00:00:00Z");
    try (var later = open(db.url(), java.util.Map.of());
        JobSession session = JobSession.open(later, "logs")) {
      session.begin();
      assertThat(sum(batches(session)).deleted()).isEqualTo(4);
      session.finish("completed", null);
    }
  }

  @Test
  void aSeriesOfARollUpIsHeld() {
    fillMetrics(300);
    hold("metrics", null, null, "{\"metric_name\": \"p1\", \"unit\": \"s\"}", null);

    run("metrics");

    assertThat(
            column(
                "SELECT DISTINCT metric_name || unit FROM scenario_metrics"
                    + " WHERE timestamp < timestamptz '2026-03-05Z' - interval '730 days'"))
        .containsExactly("p1s");
    assertLedgerIsRight("metrics");
  }

  @Test
  void makingAHoldWaitsForTheBatchInHandAndTheNextBatchKnowsIt() throws Exception {
    batchRows("logs", 1);
    try (Connection batching = quietly();
        Rival rival = new Rival(db)) {
      UUID job = engine().begin(batching, "logs");
      batching.commit();
      engine().runBatch(batching, job);
      Future<?> hold =
          rival.blocks(
              () -> {
                db.execute("SELECT archive.hold('logs', reason => 'all of it')");
                return null;
              });
      batching.commit();
      hold.get();

      assertThat(engine().runBatch(batching, job).deleted()).isZero();
      batching.rollback();
    }
    assertThat(live()).hasSize(3);
  }

  @Test
  void aBatchWaitsForAHoldThatIsBeingMade() throws Exception {
    try (JobSession session = JobSession.open(db.database(), "logs");
        Rival rival = new Rival(db)) {
      session.begin();
      rival.execute("SELECT archive.hold('logs', reason => 'all of it')");
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      rival.commit();

      assertThat(batch.get().deleted()).isZero();
    }
    assertThat(live()).hasSize(4);
  }

  @Test
  void aRowThatBecomesHeldWhileItsBatchWaitsForItStays() throws Exception {
    hold("logs", null, null, "{\"source\": \"evidence\"}", null);
    // As in a large table: other plans would look for the row at its old place, and not find it.
    for (String way : List.of("seqscan", "indexscan", "bitmapscan")) {
      db.execute("ALTER DATABASE " + db.name() + " SET enable_" + way + " = off");
    }
    try (JobSession session = JobSession.open(db.database(), "logs");
        Rival rival = new Rival(db)) {
      session.begin();
      rival.execute(
          "UPDATE scenario_logs SET source = 'evidence' WHERE scenario_id = '" + SCENARIO + "'");
      Future<BatchResult> batch = rival.blocks(session::runBatch);
      rival.commit();

      assertThat(batch.get().deleted()).isEqualTo(2);
    }
    assertThat(live()).containsExactly("2020-01-20", "2020-02-20");
  }

  @Test
  void aReportThatIsHeldAfterItsUploadStays() {
    db.execute(
        "INSERT INTO public.reports (scenario_id, format, file_path, created_at)"
            + " VALUES (gen_random_uuid(), 'pdf', 'a.pdf', '2020-01-01Z')");
    try (JobSession session = JobSession.open(db.database(), "reports")) {
      session.begin();
      Report report = session.candidates(ReportRows.Position.START).get(0);
      hold("reports", null, "2021-01-01T00:00:00Z", null, null);

      assertThat(session.candidates(ReportRows.Position.START)).isEmpty();
      assertThat(
              session.commitReport(
                  report, new StoredReport("s3://b/k", 1, "a".repeat(64), 1, "b".repeat(64), null)))
          .isEmpty();
    }
    assertThat(column("SELECT count(*) FROM reports")).containsExactly("1");
  }

  @Test
  void onlyAHoldInForceCanBeReleased() throws Exception {
    UUID hold = hold("logs", null, null, null, null);
    db.value("SELECT archive.release_hold(?)", hold);

    try (Rival rival = new Rival(db)) {
      Failures.assertFails(
          () -> rival.execute("SELECT archive.release_hold('" + hold + "')"), "ZA040");
    }
  }

  @Test
  void aBatchThatCouldNotSeeALaterHoldIsRefused() throws Exception {
    try (Connection old = quietly()) {
      UUID job = engine().begin(old, "logs");
      old.commit();
      old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);

      Failures.assertFails(() -> engine().runBatch(old, job), "ZA004")
          .hasMessageContaining("isolation level repeatable read");
      old.rollback();
    }
    assertThat(live()).hasSize(4);
  }

  @Test
  void theDatabasesIsolationLevelIsNotTheJobs() {
    db.execute(
        "ALTER DATABASE " + db.name() + " SET default_transaction_isolation = 'repeatable read'");

    assertThat(run("logs").deleted()).isEqualTo(4);
  }
}
