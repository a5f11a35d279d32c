package dev.archivist.db;

import java.sql.Connection;

/**
 * A session for all that a command reads of many policies, opened when it is first asked for. One
 * that the server has ended is replaced, so that what is asked next finds another.
 */
final class SharedSession implements AutoCloseable {
  static final String APPLICATION = "archivist plan";

  private final Database database;
  private Connection connection;

  SharedSession(Database database) {
    this.database = database;
  }

  Connection connection() {
    return SqlCall.get(
        () -> {
          if (connection == null || connection.isClosed()) {
            connection = database.dedicated(APPLICATION);
          }
          return connection;
        });
  }

  @Override
  public void close() {
    SqlCall.run(
        () -> {
          if (connection != null) {
            connection.close();
          }
        });
  }
}
