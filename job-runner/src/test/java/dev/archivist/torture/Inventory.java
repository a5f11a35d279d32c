package dev.archivist.torture;

import dev.archivist.store.ArchiveStore;
import java.io.IOException;
import java.sql.Connection;
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
  private final Connection connection;
  private final Books books;
  private final Bins bins;
  private final List<String> differences = new ArrayList<>();

  private Inventory(Connection connection, Books books, Bins bins) {
    this.connection = connection;
    this.books = books;
    this.bins = bins;
  }

  /**
   * What is not as the books have it; empty if all is well.
   *
   * @param objects which archived reports are read from the store
   */
  static List<String> differences(
      World world, Books books, Bins bins, ReportCheck.Choice objects, Random random)
      throws SQLException, IOException {
    try (Connection connection = world.connect();
        ArchiveStore store = world.store()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Inventory inventory = new Inventory(connection, books, bins);
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
    Map<UUID, String> live = table.read(connection, table.live());
    Map<UUID, String> all = new HashMap<>(live);
    read(table, table.archive(), all);
    for (String bin : Bins.tables(connection, table)) {
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
            differences.add("nobody wrote, or someone deleted: " + content);
          }
        });
  }

  private void read(Table table, String from, Map<UUID, String> into) throws SQLException {
    table.read(
        connection,
        from,
        (id, row) -> {
          if (into.put(id, row) != null) {
            differences.add("twice, again in " + from + ": " + row);
          }
        });
  }

  /** Samples that are not live must be counted in their day's value, exactly once. */
  private void samples() throws SQLException {
    Map<UUID, String> live = Table.METRICS.read(connection, Table.METRICS.live());
    Map<UUID, String> stillLive = new HashMap<>(books.rows(Table.METRICS));
    stillLive.keySet().retainAll(live.keySet());
    compare(Table.METRICS, stillLive, live);
    Map<String, Day> expected = new HashMap<>();
    books
        .rows(Table.METRICS)
        .forEach(
            (id, content) -> {
              if (!live.containsKey(id)) {
                Day.add(content, expected);
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

  /** Of archive and bin, and what was dropped. */
  private Map<String, Day> days() throws SQLException {
    Map<String, Day> days = new HashMap<>(bins.droppedDays());
    Day.read(connection, Table.METRICS.archive(), days);
    for (String bin : Bins.tables(connection, Table.METRICS)) {
      Day.read(connection, bin, days);
    }
    return days;
  }
}
