package dev.archivist.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.archivist.demo.FileSummary;
import dev.archivist.demo.RowKind;
import dev.archivist.demo.SourceSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads a directory of files that were published by others, named by the system property or
 * environment variable {@code ARCHIVIST_TEST_DATA}.
 */
class PublishedDataTest {
  private static final String SETTING = "ARCHIVIST_TEST_DATA";
  private static final Instant NOW = Instant.parse("2026-11-20T13:37:42.123456Z");

  @TempDir private Path reportsDir;

  private Path data;
  private final Set<UUID> ids = new HashSet<>();
  private int aged;

  @BeforeEach
  void findData() {
    String setting = System.getProperty(SETTING, System.getenv(SETTING));
    assumeTrue(setting != null, SETTING + " names no directory of published files");
    data = Path.of(setting);
  }

  @Test
  void every_line_of_every_log_file_is_accounted_for(TestReporter reporter) throws IOException {
    RealFiles files = new RealFiles(data, NOW);
    files.logs(row -> take(row.id(), row.receivedAt(), 365));
    requireAllLinesAccountedFor(files, reporter, RowKind.LOG);
  }

  @Test
  void every_line_of_every_metric_file_is_accounted_for(TestReporter reporter) throws IOException {
    RealFiles files = new RealFiles(data, NOW);
    files.metrics(row -> take(row.id(), row.timestamp(), 730));
    requireAllLinesAccountedFor(files, reporter, RowKind.METRIC);
  }

  @Test
  void every_report_is_copied_byte_for_byte(TestReporter reporter) throws IOException {
    RealFiles files = new RealFiles(data, NOW);
    files.reports(
        reportsDir,
        row -> {
          take(row.id(), row.createdAt(), 180);
          assertThat(reportsDir.resolve(row.filePath()))
              .hasSameBinaryContentAs(data.resolve("reports").resolve(row.filePath()))
              .hasSize(row.fileSizeBytes());
        });
    requireRows(files.summary(), reporter, RowKind.REPORT);
  }

  private void take(UUID id, Instant stamp, int days) {
    assertThat(ids.add(id)).isTrue();
    assertThat(stamp).isBefore(NOW);
    if (stamp.isBefore(NOW.minus(Duration.ofDays(days)))) {
      aged++;
    }
  }

  private void requireAllLinesAccountedFor(RealFiles files, TestReporter reporter, RowKind kind)
      throws IOException {
    for (FileSummary file : files.summary().files()) {
      reporter.publishEntry(file.file(), file.format() + " " + file.counts() + file.problems());
      assertThat(file.counts().complete()).as(file.file()).isTrue();
      assertThat(file.counts().lines()).as(file.file()).isEqualTo(lines(file));
    }
    requireRows(files.summary(), reporter, kind);
  }

  private void requireRows(SourceSummary summary, TestReporter reporter, RowKind kind) {
    reporter.publishEntry(
        kind + " rows", ids.size() + ", aged " + aged + ", unreadable " + summary.unreadable(kind));
    assertThat(summary.rows(kind)).isEqualTo(ids.size()).isPositive();
    assertThat(aged).isPositive().isLessThan(ids.size());
  }

  /** Counts in its own way, so that the reader's way is checked. */
  private long lines(FileSummary file) throws IOException {
    byte[] bytes = Files.readAllBytes(data.resolve(file.file()));
    long lines = 0;
    for (int i = 0; i < bytes.length; i++) {
      boolean crOfCrLf = bytes[i] == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n';
      boolean end = bytes[i] == '\n' || (bytes[i] == '\r' && !crOfCrLf);
      lines += end || i == bytes.length - 1 ? 1 : 0;
    }
    return lines;
  }
}
