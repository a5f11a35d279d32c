package dev.archivist.engine.policy;

import dev.archivist.engine.sql.SqlText;
import java.util.Locale;

/** How long the time is, in UTC, whose samples of one series become one value. */
public enum RollupPeriod {
  HOUR("hourly"),
  DAY("daily"),
  /** Of ISO 8601: it begins on Monday. It is archived in the month in which it begins. */
  WEEK("weekly"),
  MONTH("monthly");

  private final String adjective;

  RollupPeriod(String adjective) {
    this.adjective = adjective;
  }

  /**
   * The period of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static RollupPeriod named(String unit) {
    for (RollupPeriod period : values()) {
      if (period.unit().equals(unit)) {
        return period;
      }
    }
    throw new IllegalArgumentException("period is hour, day, week or month, not \"" + unit + "\"");
  }

  /** As the setting {@code period} and {@code date_trunc} call it. */
  public String unit() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As {@code aggregation_period} calls a value: daily. */
  public String adjective() {
    return adjective;
  }

  /** SQL for the start of the period in which a time is. */
  SqlText start(SqlText time) {
    return SqlText.load("rollup." + unit()).with("time", time);
  }
}
