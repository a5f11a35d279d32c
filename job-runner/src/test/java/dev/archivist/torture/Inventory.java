package dev.archivist.torture;

import dev.archivist.store.ArchiveStore;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Compares everything that there is, in every tier, with the writers' books. It reads the rows
 * themselves and knows nothing of the engine's digests; what is in the bin counts as being there.
 */
final class Inventory {
  private static final String DAILY = "scenario_id, metric_type, metric_name, unit, timestamp";

  private final Connection connection;
  private final Books books;
  private final List<String> differences = new ArrayList<>();

  private Inventory(Connection connection, Books books) {
    this.connection = connection;
    this.books = books;
  }

  /**
   * What is not as the books have it; empty if all is well.
   *
   * @param objects which archived reports are read from the store
   */
  static List<String> differences(
      World world, Books books, ReportCheck.Choice objects, Random random)
      throws SQLException, IOException {
    try (Connection connection = world.connect();
        ArchiveStore store = world.store()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Inventory inventory = new Inventory(connection, books);
      inventory.rows(Table.LOGS);
      inventory.samples();
      Map<UUID, String> live = inventory.rows(Table.REPORTS);
      ReportCheck reports = new ReportCheck(world, store, books, inventory.differences::add);
      reports.check(connection, live.keySet(), objects, random);
      return inventory.differences;
    }
  }

  /** Each row once, with its content; gives those that are live. */
  private Map<UUID, String> rows(Table table) throws SQLException {
    Map<UUID, String> live = read(table, table.live(), new HashMap<>());
    Map<UUID, String> all = new HashMap<>(live);
    read(table, table.archive(), all);
    for (String bin : bins(table)) {
      read(table, bin, all);
    }
    compare(table, books.rows(table), all);
    return live;
  }

  private void compare(Table table, Map<UUID, String> expected, Map<UUID, String> found) {
    expected.forEach(
        (id, content) -> {
          String there = found.get(id);
          if (there == null) {
            differences.add("lost from " + table.live() + ": " + content);
          } else if (!there.equals(content)) {
            differences.add("changed: " + content + "\n       into: " + there);
          }
        });
    found.forEach(
        (id, content) -> {
          if (!expected.containsKey(id)) {
            differences.add("nobody wrote, or somebody deleted: " + content);
          }
        });
  }

  private Map<UUID, String> read(Table table, String from, Map<UUID, String> into)
      throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT id, " + table.content() + " FROM " + from);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        String before = into.put(row.getObject(1, UUID.class), row.getString(2));
        if (before != null) {
          differences.add("twice, again in " + from + ": " + before);
        }
      }
    }
    return into;
  }

  /** Samples of a series on a day: their number, sum, least and greatest. */
  private record Day(long count, BigDecimal sum, BigDecimal min, BigDecimal max) {
    static Day of(BigDecimal value) {
      return new Day(1, value, value, value);
    }

    Day plus(Day other) {
      return new Day(
          count + other.count, sum.add(other.sum), min.min(other.min), max.max(other.max));
    }
  }

  /** Samples that are not live must be counted in their day's value, exactly once. */
  private void samples() throws SQLException {
    Map<UUID, String> live = read(Table.METRICS, Table.METRICS.live(), new HashMap<>());
    Map<UUID, String> stillLive = new HashMap<>(books.rows(Table.METRICS));
    stillLive.keySet().retainAll(live.keySet());
    compare(Table.METRICS, stillLive, live);
    Map<String, Day> expected = new HashMap<>();
    books
        .rows(Table.METRICS)
        .forEach(
            (id, content) -> {
              if (!live.containsKey(id)) {
                String[] fields = content.split("\\|");
                String series = String.join("|", List.of(fields).subList(0, 4));
                String day = series + "|" + fields[4].substring(0, 10);
                expected.merge(day, Day.of(new BigDecimal(fields[5])), Day::plus);
              }
            });
    Map<String, Day> found = days();
    expected.forEach(
        (day, samples) -> {
          if (!samples.equals(found.get(day))) {
            differences.add("day " + day + ": " + samples + ", archived is " + found.get(day));
          }
        });
    found.forEach(
        (day, samples) -> {
          if (!expected.containsKey(day)) {
            differences.add("day " + day + " of no samples: " + samples);
          }
        });
  }

  private Map<String, Day> days() throws SQLException {
    Map<String, Day> days = new HashMap<>();
    List<String> tables = new ArrayList<>(bins(Table.METRICS));
    tables.add(Table.METRICS.archive());
    for (String table : tables) {
      try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT concat_ws('|', "
                      + DAILY
                      + "), sample_count, value_sum, value_min,"
                      + " value_max, value = round(value_sum / sample_count, 6) AND is_aggregated"
                      + " FROM "
                      + table);
          ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String day = row.getString(1).replace(" 00:00:00+00", "");
          if (!row.getBoolean(6)) {
            differences.add("no average of its samples: " + day);
          }
          days.merge(
              day,
              new Day(row.getLong(2), sum(row, 3), row.getBigDecimal(4), row.getBigDecimal(5)),
              Day::plus);
        }
      }
    }
    return days;
  }

  /** With the six decimals that every value has. */
  private static BigDecimal sum(ResultSet row, int column) throws SQLException {
    return row.getBigDecimal(column).setScale(6);
  }

  /** Months that a purge has detached and not yet dropped. */
  private List<String> bins(Table table) throws SQLException {
    List<String> bins = new ArrayList<>();
    try (PreparedStatement exists =
            connection.prepareStatement("SELECT to_regclass('archive.bin') IS NOT NULL");
        ResultSet there = exists.executeQuery()) {
      if (!there.next() || !there.getBoolean(1)) {
        return bins;
      }
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT oid::regclass::text FROM archive.bin JOIN pg_class ON oid ="
                + " to_regclass(format('%I.%I', table_schema, table_name)) WHERE policy = ? AND state"
                + " IN ('detaching', 'binned') AND NOT EXISTS (SELECT FROM pg_inherits WHERE"
                + " inhrelid = oid AND NOT inhdetachpending)")) {
      select.setString(1, table.policy());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          bins.add(row.getString(1));
        }
      }
    }
    return bins;
  }
}
