package dev.archivist.contract;

import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * An application that inserts, updates and deletes log rows of every age, and remembers what each
 * row must be now. A row that it no longer finds live was archived; it must keep the content that
 * it had.
 */
final class BusyWriter implements AutoCloseable {
  /** What a statement did. */
  enum Effect {
    INSERTED,
    UPDATED,
    DELETED,
    NOT_LIVE
  }

  private final Connection connection;
  private final String columns;
  private final Random random = new Random(42);
  private final Map<UUID, String> rows = new HashMap<>();
  private final Map<Effect, Integer> effects = new EnumMap<>(Effect.class);
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  BusyWriter(TestDatabase db, String columns) throws SQLException {
    this.columns = columns;
    this.connection = db.connect();
    try (var statement = connection.createStatement()) {
      statement.execute("SET search_path = pg_catalog, public");
    }
    String all = "SELECT id, " + content() + " FROM scenario_logs";
    try (PreparedStatement statement = connection.prepareStatement(all);
        ResultSet found = statement.executeQuery()) {
      while (found.next()) {
        rows.put(found.getObject(1, UUID.class), found.getString(2));
      }
    }
  }

  private String content() {
    return "encode(record_send(ROW(" + columns + ")), 'hex')";
  }

  /** Works in a thread of its own; gives every row that there must be in the end. */
  Future<Map<UUID, String>> start(int statements) {
    return thread.submit(
        () -> {
          List<UUID> known = new ArrayList<>(rows.keySet());
          for (int i = 0; i < statements; i++) {
            UUID id = known.get(random.nextInt(known.size()));
            switch (random.nextInt(3)) {
              case 0 -> known.add(insert());
              case 1 -> update(id);
              default -> delete(id);
            }
          }
          return rows;
        });
  }

  private UUID insert() throws SQLException {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    String row =
        change(
            "INSERT INTO scenario_logs VALUES (?, gen_random_uuid(),"
                + " '2026-03-05Z'::timestamptz - random() * interval '4 years',"
                + " 'h', 'inserted', 'api', 1, false, 1, 1)",
            id);
    rows.put(id, row);
    count(Effect.INSERTED);
    return id;
  }

  private void update(UUID id) throws SQLException {
    String row =
        change(
            "UPDATE scenario_logs SET token_count = token_count + 1,"
                + " received_at = received_at + (random() - 0.5) * interval '60 days' WHERE id = ?",
            id);
    if (row != null) {
      rows.put(id, row);
    }
    count(row == null ? Effect.NOT_LIVE : Effect.UPDATED);
  }

  private void delete(UUID id) throws SQLException {
    String row = change("DELETE FROM scenario_logs WHERE id = ?", id);
    if (row != null) {
      rows.remove(id);
    }
    count(row == null ? Effect.NOT_LIVE : Effect.DELETED);
  }

  /** The row that the statement touched, or null. */
  private String change(String sql, UUID id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(sql + " RETURNING " + content())) {
      statement.setObject(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  private void count(Effect effect) {
    effects.merge(effect, 1, Integer::sum);
  }

  /** How often each happened; read it after the work is done. */
  Map<Effect, Integer> effects() {
    return effects;
  }

  @Override
  public void close() throws SQLException {
    thread.shutdownNow();
    connection.close();
  }
}
