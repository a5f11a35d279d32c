package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.SqlCall;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Sessions of this database that may have loaded the engine's classes. */
public final class EngineSessions {
  private EngineSessions() {}

  /** A session of somebody else. */
  record Session(int pid, String user, String application) {
    @Override
    public String toString() {
      return pid
          + " ("
          + (user == null ? "unknown role" : user)
          + (application == null || application.isEmpty() ? "" : ", " + application)
          + ")";
    }
  }

  /** Every client session but our own. PostgreSQL does not say which of them have loaded a JVM. */
  static List<Session> of(Database database) {
    return SqlCall.get(
        () -> {
          try (Connection connection = database.dedicated("archivist migrate");
              Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT pid, usename, application_name FROM pg_stat_activity"
                          + " WHERE datname = current_database() AND backend_type = 'client backend'"
                          + " AND pid <> pg_backend_pid()"
                          + " AND application_name NOT IN ('archivist', 'archivist migrate')"
                          + " ORDER BY pid")) {
            List<Session> sessions = new ArrayList<>();
            while (row.next()) {
              sessions.add(new Session(row.getInt(1), row.getString(2), row.getString(3)));
            }
            return sessions;
          }
        });
  }
}
