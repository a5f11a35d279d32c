package dev.archivist.demo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * One metric of one scenario.
 *
 * @param scenarioId whose metric
 * @param metric what is measured
 * @param level how large the scenario's values are beside those of others
 */
record MetricSeries(UUID scenarioId, Metric metric, double level) {

  /** How values of a metric are distributed. */
  enum Shape {
    /** Always above zero, higher by day. */
    LOAD,
    /** Like {@code LOAD}, but nothing at all in many intervals. */
    OFTEN_ZERO,
    /** Mostly zero, else a credit or a charge. */
    ADJUSTMENT,
    /** Grows steadily. */
    STOCK
  }

  /**
   * A kind of measurement.
   *
   * @param decimals digits after the point that the values really have, 6 at most
   */
  record Metric(String type, String name, String unit, int decimals, double base, Shape shape) {}

  private static final Metric DURATION_SECONDS =
      new Metric("performance", "lambda_duration", "s", 6, 0.12, Shape.LOAD);
  private static final List<Metric> METRICS =
      List.of(
          new Metric("cost", "cost_estimate", "USD", 6, 0.8, Shape.LOAD),
          new Metric("cost", "cost_adjustment", "USD", 2, 40, Shape.ADJUSTMENT),
          new Metric("performance", "lambda_duration", "ms", 3, 120, Shape.LOAD),
          new Metric("usage", "token_usage", "tokens", 0, 90_000, Shape.LOAD),
          new Metric("queue", "sqs_messages", "count", 0, 300, Shape.OFTEN_ZERO),
          new Metric("queue", "sqs_oldest_message_age", "s", 1, 4, Shape.OFTEN_ZERO),
          new Metric("errors", "error_rate", "percent", 4, 0.5, Shape.OFTEN_ZERO),
          new Metric("storage", "storage_used", "GB", 3, 60, Shape.STOCK));

  /**
   * The series of all scenarios. A third of the scenarios report {@code lambda_duration} twice, in
   * milliseconds and in seconds, as happens when a library is changed for another.
   */
  static List<MetricSeries> of(List<DemoScenario> scenarios, SplittableRandom random) {
    List<MetricSeries> series = new ArrayList<>();
    for (int i = 0; i < scenarios.size(); i++) {
      UUID id = scenarios.get(i).id();
      for (Metric metric : METRICS) {
        series.add(new MetricSeries(id, metric, 0.3 + 2 * random.nextDouble()));
      }
      if (i % 3 == 0) {
        series.add(new MetricSeries(id, DURATION_SECONDS, 0.3 + 2 * random.nextDouble()));
      }
    }
    return List.copyOf(series);
  }

  /**
   * Draws a value.
   *
   * @param busyness of the hour, around 1 by day
   * @param age from 0 at the beginning of the three years to 1 at their end
   */
  BigDecimal value(double busyness, double age, SplittableRandom random) {
    double noise = 0.6 + 0.8 * random.nextDouble();
    double drawn =
        switch (metric.shape()) {
          case LOAD -> metric.base() * level * busyness * noise;
          case OFTEN_ZERO -> random.nextInt(5) < 2 ? 0 : metric.base() * level * busyness * noise;
          case ADJUSTMENT ->
              random.nextInt(4) > 0 ? 0 : metric.base() * level * (1.5 * random.nextDouble() - 1);
          case STOCK -> metric.base() * level * (0.2 + age) + 0.01 * noise;
        };
    long unscaled = Math.round(drawn * Math.pow(10, metric.decimals()));
    return BigDecimal.valueOf(unscaled, metric.decimals()).setScale(MetricRow.VALUE_SCALE);
  }
}
