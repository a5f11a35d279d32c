package dev.archivist.torture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One transaction of a writer, and what is true afterwards if it committed, and if not. */
final class Deed {
  private final Connection connection;
  private final UUID marker;
  private final List<Runnable> ifCommitted = new ArrayList<>();
  private final List<Runnable> ifUndone = new ArrayList<>();

  /**
   * @param marker committed with it, so that its outcome can be asked for when the answer is lost
   */
  Deed(Connection connection, UUID marker) {
    this.connection = connection;
    this.marker = marker;
  }

  /** Runs a statement on one row; gives the row as it is now, or was when deleted; null if none. */
  String change(Table table, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(sql + " RETURNING " + table.content())) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  void ifCommitted(Runnable consequence) {
    ifCommitted.add(consequence);
  }

  void ifUndone(Runnable consequence) {
    ifUndone.add(consequence);
  }

  void commit() throws SQLException {
    try (PreparedStatement mark =
        connection.prepareStatement("INSERT INTO torture.committed VALUES (?)")) {
      mark.setObject(1, marker);
      mark.executeUpdate();
    }
    connection.commit();
  }

  /** Whether it committed, asked in another session. */
  boolean wasCommitted(Connection other) throws SQLException {
    try (PreparedStatement ask =
        other.prepareStatement("SELECT FROM torture.committed WHERE id = ?")) {
      ask.setObject(1, marker);
      try (ResultSet found = ask.executeQuery()) {
        return found.next();
      }
    }
  }

  void conclude(boolean committed) {
    (committed ? ifCommitted : ifUndone).forEach(Runnable::run);
  }
}
