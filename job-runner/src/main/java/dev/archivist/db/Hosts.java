package dev.archivist.db;

import dev.archivist.engine.job.Host;
import java.sql.Connection;
import java.sql.SQLException;

/** Finds out which host a database has: the one whose functions {@code archivist migrate} made. */
public final class Hosts {
  private Hosts() {}

  static EngineHost of(Connection connection) throws SQLException {
    return kind(connection) == Host.IN_DATABASE ? new InDatabaseHost() : new RunnerHost();
  }

  /** Where the engine of this database runs. */
  public static Host kind(Connection connection) throws SQLException {
    return Statements.query(connection, "host.language")
            .first(row -> row.getString(1))
            .filter("java"::equals)
            .isPresent()
        ? Host.IN_DATABASE
        : Host.RUNNER;
  }
}
