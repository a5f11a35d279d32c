package dev.archivist.db;

import java.sql.SQLException;

/** Work with JDBC whose exceptions become failures of the catalogue. */
public final class SqlCall {
  private SqlCall() {}

  /** Work that gives something. */
  @FunctionalInterface
  public interface Giving<T> {
    T run() throws SQLException;
  }

  /** Work that gives nothing. */
  @FunctionalInterface
  public interface Doing {
    void run() throws SQLException;
  }

  public static <T> T get(Giving<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  public static void run(Doing work) {
    get(
        () -> {
          work.run();
          return null;
        });
  }
}
