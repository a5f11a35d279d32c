package dev.archivist.db;

import java.sql.SQLException;

/** Work with JDBC whose exceptions become failures of the catalogue. */
final class SqlCall {
  private SqlCall() {}

  /** Work that gives something. */
  @FunctionalInterface
  interface Giving<T> {
    T run() throws SQLException;
  }

  /** Work that gives nothing. */
  @FunctionalInterface
  interface Doing {
    void run() throws SQLException;
  }

  static <T> T get(Giving<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  static void run(Doing work) {
    get(
        () -> {
          work.run();
          return null;
        });
  }
}
