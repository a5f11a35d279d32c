package dev.archivist.demo;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Metric rows, evenly over three years: every series is measured at its own steady interval, to the
 * second. Half of the series meet the boundary instants that lie in their intervals.
 */
final class GeneratedMetrics {
  private static final List<String> EXTRAS =
      List.of(
          "{\"region\": \"eu-central-1\"}",
          "{\"region\": \"us-east-1\", \"estimated\": true}",
          "{\"note\": \"Schätzung, \\\"vorläufig\\\"\", \"tags\": [\"a\\\\b\", null, 1.5]}");

  private final YearsWindow window;
  private final List<MetricSeries> series;
  private final int rows;
  private final TreeSet<Instant> boundaries;
  private final SplittableRandom random;

  GeneratedMetrics(long seed, YearsWindow window, List<DemoScenario> scenarios, int rows) {
    this.window = window;
    this.rows = rows;
    this.random = new SplittableRandom(seed);
    this.series = MetricSeries.of(scenarios, random);
    this.boundaries = new TreeSet<>(window.boundaries());
  }

  void each(Consumer<MetricRow> sink) {
    int ticks = (rows + series.size() - 1) / series.size();
    for (int tick = 0; tick < ticks; tick++) {
      for (int i = 0; i < series.size(); i++) {
        int measurements = measurements(i);
        if (tick < measurements) {
          sink.accept(row(series.get(i), stamp(i, tick, measurements)));
        }
      }
    }
  }

  /** How often the series is measured; the first ones take what does not divide evenly. */
  private int measurements(int index) {
    return rows / series.size() + (index < rows % series.size() ? 1 : 0);
  }

  private Instant stamp(int index, int tick, int measurements) {
    double interval = (double) window.micros() / measurements;
    double phase = (double) index / series.size();
    Instant stamp = window.at((long) (interval * (tick + phase)));
    Instant next = stamp.plus((long) interval, ChronoUnit.MICROS);
    Instant boundary =
        switch (index % 4) {
          case 0 -> boundaries.ceiling(stamp);
          case 1 -> boundaries.lower(next);
          default -> null;
        };
    if (boundary != null && !boundary.isBefore(stamp) && boundary.isBefore(next)) {
      return boundary;
    }
    Instant second = stamp.truncatedTo(ChronoUnit.SECONDS);
    return second.isBefore(window.from()) ? window.from() : second;
  }

  private MetricRow row(MetricSeries series, Instant stamp) {
    double age = (double) ChronoUnit.MICROS.between(window.from(), stamp) / window.micros();
    double busyness = window.busyness(stamp.truncatedTo(ChronoUnit.HOURS));
    return new MetricRow(
        SeededUuids.next(random),
        series.scenarioId(),
        stamp,
        series.metric().type(),
        series.metric().name(),
        series.value(busyness, age, random),
        series.metric().unit(),
        extra());
  }

  private String extra() {
    int draw = random.nextInt(100);
    if (draw < 3) {
      return null;
    }
    return draw < 15 ? EXTRAS.get(draw % EXTRAS.size()) : "{}";
  }
}
