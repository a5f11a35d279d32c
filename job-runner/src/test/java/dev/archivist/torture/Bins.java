package dev.archivist.torture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The months that purges took out of the archive. Their rows are still there, until they are
 * dropped: then the writers' books forget what was in them, and nothing else.
 */
final class Bins {
  private final Map<UUID, Contents> seen = new HashMap<>();
  private final Map<String, Day> droppedDays = new HashMap<>();

  private record Bin(UUID id, String policy, String table) {}

  private record Contents(Table table, Set<UUID> rows, Map<String, Day> days) {}

  /** Daily values that were dropped so far. */
  Map<String, Day> droppedDays() {
    return droppedDays;
  }

  /** Tables with rows of this one that nobody sees in the archive. */
  static List<String> tables(Connection connection, Table table) throws SQLException {
    return bins(connection, "'bin', 'detached', 'pending'").stream()
        .filter(bin -> bin.policy().equals(table.policy()))
        .map(Bin::table)
        .toList();
  }

  /** One that can be taken back. */
  static Optional<UUID> any(Connection connection, Random random) throws SQLException {
    List<Bin> bins = bins(connection, "'bin'");
    return bins.isEmpty() ? Optional.empty() : Optional.of(Chance.oneOf(bins, random).id());
  }

  private static List<Bin> bins(Connection connection, String places) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT bin_id, policy, CASE archive.bin_place(bin_id)
                    WHEN 'bin' THEN format('archive_bin.%%I', table_name)
                    ELSE format('public.%%I', partition_name) END
                FROM archive.bin JOIN archive.bin_tables USING (bin_id)
                WHERE state IN ('detaching', 'binned') AND archive.bin_place(bin_id) IN (%s)
                ORDER BY bin_id
                """
                    .formatted(places));
        ResultSet row = select.executeQuery()) {
      List<Bin> bins = new ArrayList<>();
      while (row.next()) {
        bins.add(new Bin(row.getObject(1, UUID.class), row.getString(2), row.getString(3)));
      }
      return bins;
    }
  }

  /** Remembers what is in the bin, before a round in which it may be dropped. */
  void look(Connection connection) throws SQLException {
    for (Bin bin : bins(connection, "'bin'")) {
      if (!seen.containsKey(bin.id())) {
        seen.put(bin.id(), contents(connection, bin));
      }
    }
  }

  private static Contents contents(Connection connection, Bin bin) throws SQLException {
    Table table = Table.ofPolicy(bin.policy());
    Map<String, Day> days = new HashMap<>();
    if (table == Table.METRICS) {
      Day.read(connection, bin.table(), days);
      return new Contents(table, Set.of(), days);
    }
    return new Contents(table, table.read(connection, bin.table()).keySet(), days);
  }

  /** Forgets what was dropped since. */
  void settle(Connection connection, List<Books> books, Consumer<String> dropped)
      throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT bin_id FROM archive.bin WHERE state = 'dropped'");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        Contents contents = seen.remove(row.getObject(1, UUID.class));
        if (contents != null) {
          dropped.accept("months dropped of " + contents.table().policy());
          contents.days().forEach((day, samples) -> droppedDays.merge(day, samples, Day::plus));
          books.forEach(each -> contents.rows().forEach(id -> each.remove(contents.table(), id)));
        }
      }
    }
  }
}
