package dev.archivist.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.demo.GeneratedYears.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedYearsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T13:37:42.123456Z");
  private static final Instant START = Instant.parse("2023-11-20T13:37:42.123456Z");
  private static final Size SMALL = new Size(20_000, 10_000, 40);

  @TempDir private Path reportsDir;

  @Test
  void the_same_seed_gives_the_same_rows_and_files() throws IOException {
    Path other = reportsDir.resolve("other");
    Path one = reportsDir.resolve("one");

    assertThat(everything(7, one)).isEqualTo(everything(7, other));
    assertThat(contents(one)).isEqualTo(contents(other)).hasSize(SMALL.reports());
  }

  @Test
  void the_order_of_the_calls_does_not_matter_and_a_call_can_be_repeated() {
    GeneratedYears years = years(7, SMALL);
    List<MetricRow> first = metrics(years);
    List<LogRow> logs = logs(years);

    assertThat(logs(years(7, SMALL))).isEqualTo(logs);
    assertThat(metrics(years)).isEqualTo(first);
  }

  @Test
  void another_seed_gives_other_rows() {
    Set<Object> ids = new HashSet<>();
    logs(years(7, SMALL)).forEach(row -> ids.add(row.id()));
    assertThat(logs(years(8, SMALL))).noneMatch(row -> ids.contains(row.id()));
  }

  @Test
  void every_kind_has_exactly_the_size_asked_for_and_unique_ids() {
    GeneratedYears years = years(7, SMALL);
    Set<Object> ids = new HashSet<>();
    years.logs(row -> ids.add(row.id()));
    years.metrics(row -> ids.add(row.id()));
    years.reports(reportsDir, row -> ids.add(row.id()));

    assertThat(ids).hasSize(SMALL.logs() + SMALL.metrics() + SMALL.reports());
    assertThat(years.summary().rowsByKind())
        .containsEntry(RowKind.LOG, 20_000L)
        .containsEntry(RowKind.METRIC, 10_000L)
        .containsEntry(RowKind.REPORT, 40L);
  }

  @Test
  void even_a_handful_of_rows_and_none_at_all_can_be_asked_for() {
    for (int size : new int[] {0, 1, 2, 7}) {
      GeneratedYears years = years(3, new Size(size, size, size));
      assertThat(logs(years)).hasSize(size);
      assertThat(metrics(years)).hasSize(size);
      assertThat(reports(years, reportsDir)).hasSize(size);
    }
  }

  @Test
  void rows_fill_the_three_years_and_age_as_the_policies_expect() {
    GeneratedYears years = years(7, SMALL);
    List<Instant> logs = logs(years).stream().map(LogRow::receivedAt).toList();
    List<Instant> metrics = metrics(years).stream().map(MetricRow::timestamp).toList();
    List<Instant> reports = reports(years, reportsDir).stream().map(ReportRow::createdAt).toList();

    for (List<Instant> stamps : List.of(logs, metrics, reports)) {
      assertThat(stamps).allMatch(stamp -> !stamp.isBefore(START) && stamp.isBefore(NOW));
      assertThat(stamps).allMatch(stamp -> stamp.equals(stamp.truncatedTo(ChronoUnit.MICROS)));
      Set<String> months = new HashSet<>();
      stamps.forEach(stamp -> months.add(stamp.toString().substring(0, 7)));
      assertThat(months).hasSizeBetween(30, 37);
    }
    assertThat(olderThan(365, logs)).isBetween(0.6, 0.7);
    assertThat(olderThan(730, metrics)).isBetween(0.3, 0.36);
    assertThat(olderThan(180, reports)).isBetween(0.5, 0.9);
  }

  @Test
  void logs_come_nearly_in_order_with_quiet_nights_and_weekends() {
    List<LogRow> logs = logs(years(7, SMALL));
    Map<Integer, Integer> byHour = new HashMap<>();
    Map<DayOfWeek, Integer> byDay = new HashMap<>();
    Instant latest = START;
    int late = 0;
    for (LogRow row : logs) {
      var utc = row.receivedAt().atOffset(ZoneOffset.UTC);
      byHour.merge(utc.getHour(), 1, Integer::sum);
      byDay.merge(utc.getDayOfWeek(), 1, Integer::sum);
      late += row.receivedAt().isBefore(latest) ? 1 : 0;
      assertThat(row.receivedAt()).isAfter(latest.minus(1, ChronoUnit.HOURS));
      latest = row.receivedAt().isAfter(latest) ? row.receivedAt() : latest;
    }
    assertThat(late).isPositive().isLessThan(logs.size() / 20);
    assertThat(byHour.get(15)).isGreaterThan(2 * byHour.get(3));
    assertThat(byDay.get(DayOfWeek.WEDNESDAY)).isGreaterThan(2 * byDay.get(DayOfWeek.SUNDAY) - 500);
  }

  @Test
  void the_instants_at_which_splitting_time_goes_wrong_all_occur() {
    GeneratedYears years = years(7, new Size(2_000, 100_000, 0));
    List<Instant> awkward =
        Stream.of(
                "2023-12-31T23:59:59.999999Z",
                "2024-01-01T00:00:00Z",
                "2024-02-29T00:00:00Z",
                "2024-02-29T23:59:59.999999Z",
                "2024-03-01T00:00:00Z",
                "2024-03-31T01:00:00Z",
                "2024-11-03T06:00:00Z",
                "2025-10-26T00:59:59.999999Z",
                "2026-11-01T00:00:00Z")
            .map(Instant::parse)
            .toList();
    assertThat(logs(years)).extracting(LogRow::receivedAt).containsAll(awkward);
    assertThat(metrics(years)).extracting(MetricRow::timestamp).containsAll(awkward);
  }

  @Test
  void previews_hold_what_breaks_careless_copying_and_agree_with_the_message() {
    List<LogRow> logs = logs(years(7, SMALL));
    List<String> previews = new ArrayList<>();
    for (LogRow row : logs) {
      if (row.messagePreview() != null) {
        previews.add(row.messagePreview());
      }
      assertThat(row.sqsBlocks()).isEqualTo((row.sizeBytes() + 65_535) / 65_536);
    }
    for (String awkward : List.of("\\N", "\t", "\n", "\r", "\"", "'", "\\n", "🚀", "王", "م")) {
      assertThat(previews).as(awkward).anyMatch(preview -> preview.contains(awkward));
    }
    assertThat(previews).hasSizeBetween(19_000, 19_999).contains("");
    assertThat(previews).anyMatch(preview -> preview.codePointCount(0, preview.length()) == 500);
    assertThat(logs).anyMatch(row -> row.sqsBlocks() > 1);
    assertThat(logs).anyMatch(LogRow::hasPii).anyMatch(row -> !row.hasPii());
    LogRow whole = logs.stream().filter(row -> shortText(row.messagePreview())).findFirst().get();
    MessageBytes bytes = MessageBytes.of(whole.messagePreview());
    assertThat(whole.sizeBytes()).isEqualTo(bytes.size());
    assertThat(whole.messageHash()).isEqualTo(bytes.sha256());
  }

  @Test
  void metrics_have_negatives_zeros_six_decimals_and_a_name_with_two_units() throws IOException {
    List<MetricRow> rows = metrics(years(7, SMALL));
    Map<String, Set<String>> units = new TreeMap<>();
    ObjectMapper json = new ObjectMapper();
    for (MetricRow row : rows) {
      String series = row.scenarioId() + " " + row.metricName();
      units.computeIfAbsent(series, unused -> new HashSet<>()).add(row.unit());
      if (row.extraData() != null) {
        assertThat(json.readTree(row.extraData()).isObject()).isTrue();
      }
    }
    assertThat(units.values()).contains(Set.of("ms", "s"), Set.of("ms"));
    assertThat(rows).anyMatch(row -> row.value().signum() < 0);
    assertThat(rows).anyMatch(row -> row.value().signum() == 0);
    assertThat(rows).anyMatch(row -> row.value().stripTrailingZeros().scale() == 6);
    assertThat(rows).anyMatch(row -> row.extraData() == null);
    assertThat(rows).anyMatch(row -> row.extraData() != null && row.extraData().length() > 2);
  }

  @Test
  void half_a_million_rows_take_seconds() {
    long begin = System.nanoTime();
    GeneratedYears years = years(1, Size.DEFAULT);
    years.logs(row -> {});
    years.metrics(row -> {});
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    assertThat(years.summary().rows(RowKind.LOG)).isEqualTo(300_000);
  }

  private static boolean shortText(String preview) {
    return preview != null && !preview.isEmpty() && preview.length() < 500;
  }

  private static double olderThan(int days, List<Instant> stamps) {
    Instant cutoff = NOW.minus(days, ChronoUnit.DAYS);
    return (double) stamps.stream().filter(stamp -> stamp.isBefore(cutoff)).count() / stamps.size();
  }

  private static List<Object> everything(long seed, Path dir) {
    GeneratedYears years = years(seed, SMALL);
    List<Object> rows = new ArrayList<>(logs(years));
    rows.addAll(metrics(years));
    rows.addAll(reports(years, dir));
    return rows;
  }

  private static Map<String, String> contents(Path dir) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        MessageBytes bytes = new MessageBytes();
        bytes.add(Files.readAllBytes(file));
        contents.put(dir.relativize(file).toString(), bytes.sha256());
      }
    }
    return contents;
  }

  private static GeneratedYears years(long seed, Size size) {
    return new GeneratedYears(seed, size, NOW);
  }

  private static List<LogRow> logs(GeneratedYears years) {
    List<LogRow> rows = new ArrayList<>();
    years.logs(rows::add);
    return rows;
  }

  private static List<MetricRow> metrics(GeneratedYears years) {
    List<MetricRow> rows = new ArrayList<>();
    years.metrics(rows::add);
    return rows;
  }

  private static List<ReportRow> reports(GeneratedYears years, Path dir) {
    List<ReportRow> rows = new ArrayList<>();
    years.reports(dir, rows::add);
    return rows;
  }
}
