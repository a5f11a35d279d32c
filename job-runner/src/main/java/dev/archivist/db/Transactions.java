package dev.archivist.db;

import dev.archivist.failure.ArchiveFailure;
import java.sql.Connection;
import java.sql.SQLException;

/** Runs work in one transaction of a connection that has no auto-commit. */
public final class Transactions {
  private Transactions() {}

  /** Commits when the work returns, rolls back when it throws. */
  public static <T> T commit(Connection connection, SqlCall.Giving<T> work) {
    try {
      T result = work.run();
      connection.commit();
      return result;
    } catch (SQLException e) {
      ArchiveFailure failure = DatabaseFailure.of(e);
      rollback(connection, failure);
      throw failure;
    } catch (RuntimeException e) {
      rollback(connection, e);
      throw e;
    }
  }

  /** Runs the work in a read-only transaction that is rolled back: it can change nothing. */
  public static <T> T readOnly(Connection connection, SqlCall.Giving<T> work) {
    return SqlCall.get(
        () -> {
          connection.setReadOnly(true);
          try {
            return work.run();
          } finally {
            connection.rollback();
          }
        });
  }

  private static void rollback(Connection connection, RuntimeException failure) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }
}
