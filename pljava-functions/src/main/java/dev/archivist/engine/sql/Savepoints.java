package dev.archivist.engine.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The only place that catches an {@link SQLException}. In a backend, catching a failed statement's
 * exception and going on would commit half a statement; rolling back to a savepoint first undoes
 * it.
 */
public final class Savepoints {
  private Savepoints() {}

  /** Work that may fail. */
  @FunctionalInterface
  public interface Attempt<T> {
    T run() throws SQLException;
  }

  /** As {@link #attempt(Connection, Set, Attempt)}, where one failure is expected. */
  public static <T> Optional<T> attempt(Connection connection, String sqlState, Attempt<T> attempt)
      throws SQLException {
    return attempt(connection, Set.of(sqlState), attempt);
  }

  /**
   * Runs the attempt under a savepoint.
   *
   * @param sqlStates the failures that are expected; any other is thrown on
   * @return the attempt's result, or empty if it failed with one of {@code sqlStates} and was
   *     undone
   */
  public static <T> Optional<T> attempt(
      Connection connection, Set<String> sqlStates, Attempt<T> attempt) throws SQLException {
    return attempt(
        connection, sqlStates, () -> Optional.of(attempt.run()), failure -> Optional.empty());
  }

  /** What is done about a failure that was undone. */
  @FunctionalInterface
  public interface Instead<T> {
    T of(SQLException failure) throws SQLException;
  }

  /**
   * As {@link #attempt(Connection, Set, Attempt)}.
   *
   * @param instead gives the result if the attempt failed with one of {@code sqlStates}, or throws
   */
  public static <T> T attempt(
      Connection connection, Set<String> sqlStates, Attempt<T> attempt, Instead<T> instead)
      throws SQLException {
    return attempt(
        connection,
        failure -> failure.getSQLState() != null && sqlStates.contains(failure.getSQLState()),
        attempt,
        instead);
  }

  /**
   * As {@link #attempt(Connection, Set, Attempt, Instead)}.
   *
   * @param expected which failures are; any other is thrown on
   */
  public static <T> T attempt(
      Connection connection,
      Predicate<SQLException> expected,
      Attempt<T> attempt,
      Instead<T> instead)
      throws SQLException {
    Savepoint savepoint = connection.setSavepoint("archivist");
    SQLException failure;
    try {
      T result = attempt.run();
      connection.releaseSavepoint(savepoint);
      return result;
    } catch (SQLException e) {
      undo(connection, savepoint);
      if (!expected.test(e)) {
        throw e;
      }
      failure = e;
    } catch (RuntimeException | LinkageError e) {
      // A class could not be loaded because a query of PL/Java failed.
      undo(connection, savepoint);
      throw e;
    }
    return instead.of(failure);
  }

  private static void undo(Connection connection, Savepoint savepoint) throws SQLException {
    connection.rollback(savepoint);
    connection.releaseSavepoint(savepoint);
  }
}
