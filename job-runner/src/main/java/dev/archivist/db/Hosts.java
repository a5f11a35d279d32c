package dev.archivist.db;

import dev.archivist.engine.job.Host;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Finds out which host a database has: the one whose functions {@code archivist migrate} made. */
public final class Hosts {
  private static final String LANGUAGE =
      "SELECT l.lanname FROM pg_catalog.pg_proc p"
          + " JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
          + " WHERE p.oid = pg_catalog.to_regprocedure('archive.run_batch(uuid)')";

  private Hosts() {}

  public static EngineHost of(Connection connection) throws SQLException {
    return kind(connection) == Host.IN_DATABASE ? new InDatabaseHost() : new RunnerHost();
  }

  public static Host kind(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LANGUAGE)) {
      return row.next() && row.getString(1).equals("java") ? Host.IN_DATABASE : Host.RUNNER;
    }
  }
}
