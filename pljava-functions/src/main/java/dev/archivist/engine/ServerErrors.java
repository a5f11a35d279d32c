package dev.archivist.engine;

import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Lets the engine's own errors reach a client of the database as PostgreSQL's do: with SQLSTATE,
 * message, DETAIL and HINT. An exception that PL/Java carries out of Java has none of the last two,
 * and the name of its class before the message.
 */
final class ServerErrors {
  private ServerErrors() {}

  /**
   * Runs the work; an {@link ArchiveException} is raised again by the server. No statement has
   * failed then, so nothing half done is swallowed; errors of PostgreSQL pass untouched.
   */
  static <T> T raising(Connection connection, Savepoints.Attempt<T> work) throws SQLException {
    try {
      return work.run();
    } catch (ArchiveException e) {
      Query.named(connection, "job.raise_error")
          .bind(e.error().sqlState(), e.getMessage())
          .bind(e.policy() == null ? null : "policy: " + e.policy(), e.hint())
          .list(row -> row.getString(1));
      throw e;
    }
  }
}
