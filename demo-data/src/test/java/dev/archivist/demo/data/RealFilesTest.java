package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.demo.FileSummary;
import dev.archivist.demo.FileSummary.Problem;
import dev.archivist.demo.LogRow;
import dev.archivist.demo.MetricRow;
import dev.archivist.demo.ReportRow;
import dev.archivist.demo.RowKind;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealFilesTest {
  private static final Instant NOW = Instant.parse("2026-11-20T13:37:42.123456Z");
  private static final Instant START = Instant.parse("2023-11-20T13:37:42.123456Z");

  @TempDir private Path data;
  @TempDir private Path reportsDir;

  @Test
  void logs_are_aged_by_whole_days_and_keep_their_intervals() throws IOException {
    write(
        "logs/a/old.log",
        "2014-04-01 11:13:21.5 UTC LOG:  one\n2014-04-01 11:13:20 UTC LOG:  two\n");
    write("logs/new.log", "2021-01-01 00:00:00 CET LOG:  three\n");

    List<LogRow> rows = logs(new RealFiles(data, NOW));

    assertThat(rows).hasSize(3).allMatch(row -> inWindow(row.receivedAt()));
    Instant one = rows.get(0).receivedAt();
    assertThat(one.toString()).endsWith("T11:13:21.500Z");
    assertThat(Duration.between(rows.get(1).receivedAt(), one)).isEqualTo(Duration.ofMillis(1500));
    assertThat(one).isBefore(NOW.minus(Duration.ofDays(1090)));
    assertThat(rows.get(2).receivedAt()).isEqualTo("2026-11-19T23:00:00Z");
    assertThat(rows.get(1).scenarioId()).isEqualTo(rows.get(0).scenarioId());
    assertThat(rows.get(2).scenarioId()).isNotEqualTo(rows.get(0).scenarioId());
  }

  @Test
  void sensors_are_metrics_and_other_things_at_the_top_are_left_alone() throws IOException {
    write("iot/temperature.csv", "timestamp,value\n2013-07-04 00:00:00,69.5\n");
    write("metrics/cpu.csv", "2014-02-14 14:30:00,1\n2014-02-14 14:35:00,2\n");
    write("metrics/.hidden", "x");
    write("LICENSES/text.csv", "2014-02-14 14:30:00,1\n");
    RealFiles files = new RealFiles(data, NOW);
    List<MetricRow> rows = new ArrayList<>();

    files.metrics(rows::add);

    assertThat(rows).extracting(MetricRow::metricType).containsExactly("temperature", "cpu", "cpu");
    assertThat(rows).allMatch(row -> inWindow(row.timestamp()));
    assertThat(files.summary().files())
        .extracting(FileSummary::file)
        .containsExactly("iot/temperature.csv", "metrics/cpu.csv");
    assertThat(files.summary().rows(RowKind.METRIC)).isEqualTo(3);
    assertThat(files.summary().rows(RowKind.LOG)).isZero();
  }

  @Test
  void reports_are_copied_byte_for_byte_and_dated_ones_keep_their_distance() throws IOException {
    write("reports/daily/sales-20240228.csv", "a,b\r\n");
    write("reports/daily/sales-2024-03-01.csv", "");
    write("reports/other/paper-12345678.PDF", "%PDF-1.4 \0 binary");
    write("reports/other/notes.txt", "not a report");
    RealFiles files = new RealFiles(data, NOW);
    List<ReportRow> rows = new ArrayList<>();

    files.reports(reportsDir.resolve("made"), rows::add);

    ReportRow third = rows.get(2);
    assertThat(rows).extracting(ReportRow::format).containsExactly("csv", "csv", "pdf");
    assertThat(third.filePath()).isEqualTo("other/paper-12345678.PDF");
    for (ReportRow row : rows) {
      Path copy = reportsDir.resolve("made").resolve(row.filePath());
      assertThat(copy).hasSameBinaryContentAs(data.resolve("reports").resolve(row.filePath()));
      assertThat(row.fileSizeBytes()).isEqualTo((int) Files.size(copy));
      assertThat(inWindow(row.createdAt())).isTrue();
    }
    // Files are read by name, and "-" sorts before digits.
    assertThat(Duration.between(rows.get(1).createdAt(), rows.get(0).createdAt()))
        .isEqualTo(Duration.ofDays(2));
    assertThat(rows.get(0).scenarioId()).isEqualTo(rows.get(1).scenarioId());
    assertThat(files.summary().unreadable(RowKind.REPORT)).isEqualTo(1);
    assertThat(files.summary().rows(RowKind.REPORT)).isEqualTo(3);
  }

  @Test
  void reading_twice_gives_the_same_and_counts_once() throws IOException {
    write("logs/a.log", "2021-01-01 00:00:00 CET LOG:  one\n");
    RealFiles files = new RealFiles(data, NOW);

    assertThat(logs(files)).isEqualTo(logs(files)).isEqualTo(logs(new RealFiles(data, NOW)));
    assertThat(files.summary().rows(RowKind.LOG)).isEqualTo(1);
    assertThat(files.summary().files()).hasSize(1);
  }

  @Test
  void a_file_that_cannot_be_read_is_reported_and_the_others_are_read() throws IOException {
    write("logs/a.log", "2021-01-01 00:00:00 CET LOG:  one\n");
    write("logs/b.log", "2021-01-01 00:00:00 CET LOG:  two\n");
    RealFiles files = new RealFiles(data, NOW);
    Files.delete(data.resolve("logs/a.log"));

    assertThat(logs(files)).hasSize(1);
    FileSummary gone = files.summary().files().get(0);
    assertThat(gone.problems()).extracting(Problem::line).containsExactly(0L);
    assertThat(gone.counts().unreadable()).isEqualTo(1);
    assertThat(gone.counts().complete()).isTrue();
  }

  @Test
  void what_the_sink_throws_reaches_the_caller() throws IOException {
    write("logs/a.log", "2021-01-01 00:00:00 CET LOG:  one\n".repeat(3));
    List<LogRow> taken = new ArrayList<>();

    assertThatThrownBy(
            () ->
                new RealFiles(data, NOW)
                    .logs(
                        row -> {
                          taken.add(row);
                          throw new IllegalStateException("the database went away");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(taken).hasSize(1);
  }

  @Test
  void a_directory_that_is_missing_empty_or_holds_nothing_readable_is_a_usage_error()
      throws IOException {
    requireUsage(data.resolve("missing"));
    requireUsage(data);
    write("logs/a.log", "what is this\n");
    write("metrics/b.csv", "what is this\n");
    write("reports/c.txt", "what is this\n");
    requireUsage(data);
  }

  private static void requireUsage(Path dir) {
    assertThatThrownBy(() -> new RealFiles(dir, NOW))
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> {
              assertThat(failure.error()).isEqualTo(ArchiveError.USAGE);
              assertThat(failure.hint()).contains("logs/", "metrics/", "reports/");
            });
  }

  private static List<LogRow> logs(RealFiles files) {
    List<LogRow> rows = new ArrayList<>();
    files.logs(rows::add);
    return rows;
  }

  private static boolean inWindow(Instant stamp) {
    return !stamp.isBefore(START) && stamp.isBefore(NOW);
  }

  private void write(String name, String content) throws IOException {
    Path path = data.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
