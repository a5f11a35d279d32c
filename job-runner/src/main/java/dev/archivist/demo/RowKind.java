package dev.archivist.demo;

/** The live table that a row of the demo is meant for. */
public enum RowKind {
  /** {@code scenario_logs}. */
  LOG,
  /** {@code scenario_metrics}. */
  METRIC,
  /** {@code reports}. */
  REPORT
}
