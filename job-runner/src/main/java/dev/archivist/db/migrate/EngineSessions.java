package dev.archivist.db.migrate;

import dev.archivist.db.Database;
import dev.archivist.db.Statements;
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
    return database.inSession(
        "archivist migrate",
        connection ->
            Statements.query(connection, "migration.sessions")
                .list(row -> new Session(row.getInt(1), row.getString(2), row.getString(3))));
  }
}
