package dev.archivist.db;

import dev.archivist.engine.job.Host;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;

/** Finds out which host a database has: the one whose functions {@code archivist migrate} made. */
public final class Hosts {
  private Hosts() {}

  static EngineHost of(Connection connection) throws SQLException {
    return of(kind(connection));
  }

  static EngineHost of(Host kind) {
    return kind == Host.IN_DATABASE ? new InDatabaseHost() : new RunnerHost();
  }

  /** Where the engine of this database runs. */
  public static Host kind(Connection connection) throws SQLException {
    return SessionStart.of(connection, Clock.systemUTC()).host();
  }
}
