package dev.archivist.torture;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Samples of a series on a UTC day: their number, sum, least and greatest. */
record Day(long count, BigDecimal sum, BigDecimal min, BigDecimal max) {
  private static final String DAILY = "scenario_id, metric_type, metric_name, unit, timestamp";

  Day plus(Day other) {
    return new Day(count + other.count, sum.add(other.sum), min.min(other.min), max.max(other.max));
  }

  /** Adds a sample, as {@link Table#METRICS} writes it down, to its series' day. */
  static void add(String sample, Map<String, Day> days) {
    String[] fields = sample.split("\\|");
    String series = String.join("|", List.of(fields).subList(0, 4));
    BigDecimal value = new BigDecimal(fields[5]);
    days.merge(
        series + "|" + fields[4].substring(0, 10), new Day(1, value, value, value), Day::plus);
  }

  /** Adds the daily values of a table. */
  static void read(Connection connection, String table, Map<String, Day> days) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT concat_ws('|', %s), sample_count, value_sum, value_min, value_max FROM %s"
                    .formatted(DAILY, table));
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        // with the six decimals that every value has
        BigDecimal sum = row.getBigDecimal(3).setScale(6);
        days.merge(
            row.getString(1).replace(" 00:00:00+00", ""),
            new Day(row.getLong(2), sum, row.getBigDecimal(4), row.getBigDecimal(5)),
            Day::plus);
      }
    }
  }
}
