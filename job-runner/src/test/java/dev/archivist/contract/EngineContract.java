package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.db.JobSession;
import dev.archivist.engine.batch.BatchResult;
import dev.archivist.engine.job.Job;
import dev.archivist.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the engine promises, on whichever host it runs. */
abstract class EngineContract {
  /** A digest of all columns of all rows, independent of the engine's own: sum of md5. */
  private static final String CONTENT =
      "SELECT count(*) || ':' || coalesce(sum(('x' || substr(md5(r::text), 1, 15))::bit(60)::bigint), 0)"
          + " FROM (%s) r";

  static final String LOG_COLUMNS =
      "id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,"
          + " token_count, sqs_blocks";

  TestDatabase db;

  abstract TestDatabase createDatabase();

  @BeforeEach
  void createFreshDatabase() {
    db = createDatabase();
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  @Test
  void movesExactlyTheOldRowsUnchanged() {
    fillLogs(5000);
    String before = allLogs();
    long old =
        db.number(
            "SELECT count(*) FROM scenario_logs WHERE received_at < now() - interval '365 days'");

    BatchResult total = run("logs");

    assertThat(total.processed()).isEqualTo(old);
    assertThat(total.archived()).isEqualTo(old);
    assertThat(total.deleted()).isEqualTo(old);
    assertThat(allLogs()).isEqualTo(before);
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(old);
    assertThat(
            db.value(
                "SELECT min(received_at) >= now() - interval '365 days 1 minute' FROM scenario_logs"))
        .isEqualTo("t");
    assertLedgerIsRight("logs");
  }

  @Test
  void rollsSamplesUpToExactDailyValues() {
    fillMetrics(6000);
    String expected =
        dailyFromSamples("timestamp < date_trunc('day', now(), 'UTC') - interval '730 days'");

    BatchResult total = run("metrics");

    assertThat(total.processed()).isPositive();
    assertThat(dailyFromArchive()).isEqualTo(expected);
    assertThat(db.number("SELECT coalesce(sum(sample_count), 0) FROM scenario_metrics_archive"))
        .isEqualTo(total.deleted());
    assertLedgerIsRight("metrics");
  }

  private static String dailyQuery(String from) {
    return "SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM (" + from + ") t";
  }

  String dailyFromSamples(String where) {
    return db.value(
        dailyQuery(
            "SELECT scenario_id, metric_type, metric_name, unit,"
                + " date_trunc('day', timestamp, 'UTC') AS day, sum(value) AS total, count(*) AS n,"
                + " min(value) AS lowest, max(value) AS highest,"
                + " round(sum(value) / count(*), 6) AS average"
                + " FROM scenario_metrics WHERE "
                + where
                + " GROUP BY 1, 2, 3, 4, 5"));
  }

  String dailyFromArchive() {
    return db.value(
        dailyQuery(
            "SELECT scenario_id, metric_type, metric_name, unit, timestamp AS day,"
                + " value_sum AS total, sample_count AS n, value_min AS lowest,"
                + " value_max AS highest, value AS average FROM scenario_metrics_archive"));
  }

  void fillLogs(int rows) {
    db.execute(
        "INSERT INTO public.scenario_logs SELECT gen_random_uuid(), md5((g % 7)::text)::uuid,"
            + " pg_catalog.now() - g * interval '3 years' / "
            + rows
            + ", md5(g::text), CASE WHEN g % 11 > 0 THEN E'line \\'' || g || E' \\\\ \\t\\n ü' END,"
            + " 'api', g, g % 3 = 0, g % 50, 1 FROM generate_series(1, "
            + rows
            + ") g");
  }

  void fillMetrics(int rows) {
    db.execute(
        "INSERT INTO public.scenario_metrics SELECT gen_random_uuid(), md5((g % 3)::text)::uuid,"
            + " pg_catalog.now() - g * interval '3 years' / "
            + rows
            + ", 'latency', 'p' || g % 2, ((g * 7919) % 100003 - 50000) / 1000.0,"
            + " CASE WHEN g % 5 = 0 THEN 's' ELSE 'ms' END, '{}' FROM generate_series(1, "
            + rows
            + ") g");
  }

  String allLogs() {
    return db.value(
        CONTENT.formatted(
            "SELECT "
                + LOG_COLUMNS
                + " FROM scenario_logs UNION ALL SELECT "
                + LOG_COLUMNS
                + " FROM scenario_logs_archive"));
  }

  void assertLedgerIsRight(String policy) {
    assertThat(db.archive().verify(policy))
        .contains("\"ok\": true")
        .doesNotContain("\"ok\": false");
  }

  /** Runs a whole job and adds its batches up. */
  BatchResult run(String policy) {
    List<BatchResult> batches = new ArrayList<>();
    try (JobSession session = JobSession.open(db.database(), policy)) {
      Job job = session.begin(policy);
      BatchResult batch;
      do {
        batch = session.runBatch();
        batches.add(batch);
      } while (!batch.done());
      session.finish("completed", null);
      assertThat(db.value("SELECT status FROM archive_jobs WHERE id = ?", job.id()))
          .isEqualTo("completed");
    }
    return new BatchResult(
        batches.stream().mapToLong(BatchResult::processed).sum(),
        batches.stream().mapToLong(BatchResult::archived).sum(),
        batches.stream().mapToLong(BatchResult::deleted).sum(),
        batches.stream().mapToLong(BatchResult::bytes).sum(),
        true);
  }
}
