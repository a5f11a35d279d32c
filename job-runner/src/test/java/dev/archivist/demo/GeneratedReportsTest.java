package dev.archivist.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.demo.GeneratedYears.Size;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedReportsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T13:37:42.123456Z");

  @TempDir private Path reportsDir;

  @Test
  void report_files_are_valid_and_their_rows_tell_the_truth() throws IOException {
    List<ReportRow> rows = reports(120);
    List<Integer> sizes = new ArrayList<>();
    for (ReportRow row : rows) {
      byte[] content = Files.readAllBytes(reportsDir.resolve(row.filePath()));
      LocalDate day = row.createdAt().atOffset(ZoneOffset.UTC).toLocalDate();
      assertThat(row.fileSizeBytes()).isEqualTo(content.length);
      assertThat(row.filePath())
          .startsWith(day.toString().substring(0, 7).replace('-', '/') + "/")
          .endsWith(day + "." + row.format());
      if (row.format().equals("pdf")) {
        PdfChecks.requireValid(content);
      } else {
        assertValidCsv(content);
      }
      sizes.add(content.length);
    }
    assertThat(sizes).allMatch(size -> size >= 2_000 && size < 500_000);
    assertThat(sizes).anyMatch(size -> size < 6_000).anyMatch(size -> size > 150_000);
    assertThat(rows).extracting(ReportRow::format).contains("pdf", "csv");
  }

  @Test
  void many_reports_on_one_day_all_have_a_path_of_their_own() {
    Set<String> paths = new HashSet<>();
    new GeneratedReports(3, YearsWindow.endingAt(NOW), DemoScenario.ofSeed(3), 15_000)
        .paths()
        .forEach(path -> assertThat(paths.add(path)).as(path).isTrue());
    assertThat(paths).hasSize(15_000);
  }

  @Test
  void a_file_that_is_there_already_is_kept_if_it_is_another_one() throws IOException {
    Path file = reportsDir.resolve(reports(1).get(0).filePath());
    assertThat(reports(1)).hasSize(1);
    Files.writeString(file, "someone's own");

    assertThatThrownBy(() -> reports(1))
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> assertThat(failure.error()).isEqualTo(ArchiveError.REPORT_CHANGED));
    assertThat(file).hasContent("someone's own");
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void a_directory_that_cannot_be_made_is_a_configuration_error() throws IOException {
    Path file = Files.writeString(reportsDir.resolve("2025"), "in the way");

    assertThatThrownBy(() -> reports(1))
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> assertThat(failure.error()).isEqualTo(ArchiveError.CONFIGURATION_INVALID));
    assertThat(file).hasContent("in the way");
  }

  private static void assertValidCsv(byte[] content) throws IOException {
    String text = new String(content, StandardCharsets.UTF_8);
    try (CSVParser csv = CSVParser.parse(text, CSVFormat.RFC4180)) {
      List<CSVRecord> records = csv.getRecords();
      assertThat(records.get(0).toList())
          .containsExactly("day", "scenario", "calls", "cost_usd", "remark");
      assertThat(records).allMatch(row -> row.size() == 5);
    }
  }

  private List<ReportRow> reports(int count) {
    List<ReportRow> rows = new ArrayList<>();
    new GeneratedYears(7, new Size(0, 0, count), NOW).reports(reportsDir, rows::add);
    return rows;
  }
}
