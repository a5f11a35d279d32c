package dev.archivist.demo;

import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Three believable years of logs, metrics and reports, made up. The same seed, size and now give
 * the same rows and the same files, byte for byte, whichever calls are made in whichever order.
 *
 * <p>All stamps lie in {@code [now − 3 years, now)}. About two thirds of the logs are older than
 * 365 days, one third of the metrics older than 730 days, five sixths of the reports older than 180
 * days.
 */
public final class GeneratedYears implements DemoSource {

  /** How many rows of each kind to make. */
  public record Size(int logs, int metrics, int reports) {
    /** Three years that are loaded within seconds and still take a run some time. */
    public static final Size DEFAULT = new Size(300_000, 200_000, 120);

    public Size {
      ColumnLimits.requireNotNegative("logs", logs);
      ColumnLimits.requireNotNegative("metrics", metrics);
      ColumnLimits.requireNotNegative("reports", reports);
    }
  }

  private final long seed;
  private final Size size;
  private final YearsWindow window;
  private final List<DemoScenario> scenarios;
  private final Map<RowKind, Long> rows = new EnumMap<>(RowKind.class);

  /**
   * Prepares the years; nothing is made yet.
   *
   * @param seed chooses the years
   * @param now where they end, exclusively
   */
  public GeneratedYears(long seed, Size size, Instant now) {
    this.seed = seed;
    this.size = size;
    this.window = YearsWindow.endingAt(now);
    this.scenarios = DemoScenario.ofSeed(seed);
  }

  @Override
  public void logs(Consumer<LogRow> sink) {
    new GeneratedLogs(seedOf(RowKind.LOG), window, scenarios, size.logs())
        .each(counting(RowKind.LOG, sink));
  }

  @Override
  public void metrics(Consumer<MetricRow> sink) {
    new GeneratedMetrics(seedOf(RowKind.METRIC), window, scenarios, size.metrics())
        .each(counting(RowKind.METRIC, sink));
  }

  @Override
  public void reports(Path reportsDir, Consumer<ReportRow> sink) {
    new GeneratedReports(seedOf(RowKind.REPORT), window, scenarios, size.reports())
        .each(new ReportFiles(reportsDir), counting(RowKind.REPORT, sink));
  }

  @Override
  public SourceSummary summary() {
    return new SourceSummary(rows, List.of());
  }

  /** Keeps the kinds independent of each other, so that the order of the calls does not matter. */
  private long seedOf(RowKind kind) {
    return seed * 31 + kind.name().hashCode();
  }

  private <T> Consumer<T> counting(RowKind kind, Consumer<T> sink) {
    rows.put(kind, 0L);
    return row -> {
      sink.accept(row);
      rows.merge(kind, 1L, Long::sum);
    };
  }
}
