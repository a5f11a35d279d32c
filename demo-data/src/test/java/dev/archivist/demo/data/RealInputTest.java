package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.archivist.demo.DemoLoad;
import dev.archivist.demo.LiveTables;
import dev.archivist.report.Codec;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Logs, metrics and reports that others made, before and after a run, compared row by row. */
class RealInputTest {
  private static final String LOG =
      "id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,"
          + " token_count, sqs_blocks";
  private static final String SAMPLE =
      "id, scenario_id, timestamp, metric_type, metric_name, value, unit, extra_data";
  private static final String REPORT =
      "id, scenario_id, format, file_path, file_size_bytes, generated_by, extra_data, created_at";

  @TempDir Path home;

  @Test
  void isConservedRowByRowSampleBySampleAndByteForByte(TestReporter figures) throws IOException {
    String data = System.getenv("ARCHIVIST_TEST_DATA");
    assumeTrue(data != null, "ARCHIVIST_TEST_DATA names no directory with real input");
    try (TestDatabase db = TestDatabase.migrated()) {
      Path reports = Files.createDirectories(home.resolve("reports"));
      new DemoLoad(new LiveTables(db.database(), db.settings().appSchema()), reports, 0)
          .load(new RealFiles(Path.of(data), Instant.now()));
      db.execute(
          "CREATE TABLE public.logs_in AS TABLE public.scenario_logs",
          "CREATE TABLE public.samples_in AS TABLE public.scenario_metrics",
          "CREATE TABLE public.reports_in AS TABLE public.reports");
      String logsIn = multisetHash(db, "SELECT " + LOG + " FROM logs_in");
      Map<String, byte[]> files = filesBelow(reports);

      Archivist.Result run = Archivist.on(db, home).run("run", "--all");

      // the one empty file among the reports stays, and is said to stay
      assertThat(run.err()).as(run.err()).doesNotContain("Exception");
      String both = both(LOG, "scenario_logs");
      assertThat(multisetHash(db, both)).isEqualTo(logsIn);
      assertSame(db, "SELECT " + LOG + " FROM logs_in", both);
      assertDailyValuesAreExact(db);
      assertSame(db, "SELECT " + REPORT + " FROM reports_in", both(REPORT, "reports"));
      assertReportsAreTheSameBytes(db, files, reports);
      publish(figures, db, logsIn, run);
    }
  }

  private static String both(String columns, String table) {
    return "SELECT %1$s FROM %2$s UNION ALL SELECT %1$s FROM %2$s_archive"
        .formatted(columns, table);
  }

  /** Independent of order, all columns, all 128 bits of md5 added up. */
  private static String multisetHash(TestDatabase db, String rows) {
    return db.value(
        "SELECT count(*) || ' rows, hash ' || sum(('x' || substr(h, 1, 15))::bit(60)::bigint) || '/'"
            + " || sum(('x' || substr(h, 16, 15))::bit(60)::bigint)"
            + " || '/' || sum(('x0' || substr(h, 31, 2))::bit(12)::int)"
            + " FROM (SELECT md5(r::text) AS h FROM ("
            + rows
            + ") r) hashes");
  }

  private static void assertSame(TestDatabase db, String expected, String actual) {
    assertThat(db.rows("(" + expected + ") EXCEPT ALL (" + actual + ")")).isEmpty();
    assertThat(db.rows("(" + actual + ") EXCEPT ALL (" + expected + ")")).isEmpty();
  }

  private static void assertDailyValuesAreExact(TestDatabase db) {
    String cutoff = db.value("SELECT cutoff::text FROM archive_jobs WHERE job_type = 'metrics'");
    assertSame(
        db,
        "SELECT " + SAMPLE + " FROM samples_in WHERE timestamp >= '" + cutoff + "'",
        "SELECT " + SAMPLE + " FROM scenario_metrics");
    assertSame(
        db,
        "SELECT scenario_id, metric_type, metric_name, unit, date_trunc('day', timestamp, 'UTC'),"
            + " sum(value), count(*)::int, min(value), max(value),"
            + " round(sum(value) / count(*), 6) FROM samples_in WHERE timestamp < '"
            + cutoff
            + "' GROUP BY 1, 2, 3, 4, 5",
        "SELECT scenario_id, metric_type, metric_name, unit, timestamp, value_sum, sample_count,"
            + " value_min, value_max, value::numeric FROM scenario_metrics_archive"
            + " WHERE is_aggregated AND aggregation_period = 'daily'");
    assertThat(db.number("SELECT count(*) FROM scenario_metrics_archive WHERE NOT is_aggregated"))
        .isZero();
  }

  private static Map<String, byte[]> filesBelow(Path directory) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (var found = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
        files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void assertReportsAreTheSameBytes(
      TestDatabase db, Map<String, byte[]> files, Path reports) throws IOException {
    List<List<String>> archived =
        db.rows("SELECT file_path, s3_location, deleted_locally FROM reports_archive");
    assertThat(archived).isNotEmpty();
    for (List<String> report : archived) {
      try (InputStream object =
          Codec.ZSTD.decompress(Files.newInputStream(Path.of(URI.create(report.get(1)))))) {
        assertThat(object.readAllBytes()).as(report.get(0)).isEqualTo(files.get(report.get(0)));
      }
      assertThat(report.get(2)).as(report.get(0)).isEqualTo("t");
      assertThat(reports.resolve(report.get(0))).doesNotExist();
    }
    for (List<String> live : db.rows("SELECT file_path FROM reports")) {
      assertThat(Files.readAllBytes(reports.resolve(live.get(0))))
          .isEqualTo(files.get(live.get(0)));
    }
  }

  private static void publish(
      TestReporter figures, TestDatabase db, String logsIn, Archivist.Result run) {
    figures.publishEntry("logs", logsIn);
    figures.publishEntry(
        "tiers",
        db.value(
            "SELECT format('logs %s live + %s archived; samples %s in, %s live, %s days;"
                + " reports %s live + %s archived, %s bytes as %s',"
                + " (SELECT count(*) FROM scenario_logs),"
                + " (SELECT count(*) FROM scenario_logs_archive),"
                + " (SELECT count(*) FROM samples_in), (SELECT count(*) FROM scenario_metrics),"
                + " (SELECT count(*) FROM scenario_metrics_archive),"
                + " (SELECT count(*) FROM reports), (SELECT count(*) FROM reports_archive),"
                + " (SELECT sum(content_bytes) FROM reports_archive),"
                + " (SELECT sum(object_bytes) FROM reports_archive))"));
    figures.publishEntry("run", run.code() + "\n" + run.out() + run.err());
  }
}
