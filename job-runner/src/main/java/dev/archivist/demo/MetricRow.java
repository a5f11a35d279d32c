package dev.archivist.demo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * A row of {@code scenario_metrics}.
 *
 * @param id unique among the rows of one source
 * @param scenarioId the scenario that was measured
 * @param timestamp when, to the microsecond
 * @param metricType the family, e.g. {@code cost}; 50 characters at most
 * @param metricName e.g. {@code lambda_duration}; 100 characters at most. One name may occur with
 *     several units
 * @param value scale 6, at most nine digits before the point, as {@code DECIMAL(15,6)} holds it
 * @param unit e.g. {@code ms}; 20 characters at most
 * @param extraData a JSON object as text, or null
 */
public record MetricRow(
    UUID id,
    UUID scenarioId,
    Instant timestamp,
    String metricType,
    String metricName,
    BigDecimal value,
    String unit,
    String extraData) {

  /** Digits after the point of {@code value}. */
  public static final int VALUE_SCALE = 6;

  /** Digits of {@code value} in all. */
  public static final int VALUE_PRECISION = 15;

  public MetricRow {
    Objects.requireNonNull(id);
    Objects.requireNonNull(scenarioId);
    Objects.requireNonNull(timestamp);
    ColumnLimits.requireText("metric_type", metricType, 50);
    ColumnLimits.requireText("metric_name", metricName, 100);
    if (value.scale() != VALUE_SCALE || value.precision() > VALUE_PRECISION) {
      throw new IllegalArgumentException("value is no DECIMAL(15,6): " + value);
    }
    ColumnLimits.requireText("unit", unit, 20);
  }
}
