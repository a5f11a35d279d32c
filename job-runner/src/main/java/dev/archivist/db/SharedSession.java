package dev.archivist.db;

import java.sql.Connection;

/**
 * A session for all that a command reads of many policies, opened when it is first asked for. After
 * a failure it is replaced: the server may have ended it, or its JVM may lack a class for good.
 */
final class SharedSession implements AutoCloseable {
  static final String APPLICATION = "archivist plan";

  private final Database database;
  private Connection connection;

  SharedSession(Database database) {
    this.database = database;
  }

  <T> T give(SessionWork<T> work) {
    return SqlCall.get(
        () -> {
          if (connection == null) {
            connection = database.dedicated(APPLICATION);
          }
          boolean done = false;
          try {
            T result = work.run(connection);
            done = true;
            return result;
          } finally {
            if (!done) {
              close();
            }
          }
        });
  }

  @Override
  public void close() {
    SqlCall.run(
        () -> {
          if (connection != null) {
            connection.close();
            connection = null;
          }
        });
  }
}
