package dev.archivist.contract;

import dev.archivist.engine.batch.BatchResult;
import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** The engine's contract where PL/Java is the host. */
@NeedsPlJava
class InDatabaseHostTest extends HostContract {
  static final class BySql implements EngineCalls {
    @Override
    public String plan(Connection connection, String policy) throws SQLException {
      return text(connection, "SELECT archive.plan(?)", policy);
    }

    @Override
    public UUID begin(Connection connection, String policy) throws SQLException {
      return UUID.fromString(text(connection, "SELECT archive.begin_job(?)", policy));
    }

    @Override
    public BatchResult runBatch(Connection connection, UUID job) throws SQLException {
      try (PreparedStatement statement =
          connection.prepareStatement("SELECT * FROM archive.run_batch(?)")) {
        statement.setObject(1, job);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          return new BatchResult(
              row.getLong("records_processed"),
              row.getLong("records_archived"),
              row.getLong("records_deleted"),
              row.getLong("bytes_archived"),
              row.getBoolean("done"));
        }
      }
    }

    @Override
    public void finish(Connection connection, UUID job, String status) throws SQLException {
      text(connection, "SELECT archive.finish_job(?::uuid, ?, NULL)", job.toString(), status);
    }

    @Override
    public String verify(Connection connection, String policy) throws SQLException {
      return text(connection, "SELECT archive.verify(?)", policy);
    }

    private static String text(Connection connection, String call, String... values)
        throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(call)) {
        for (int i = 0; i < values.length; i++) {
          statement.setString(i + 1, values[i]);
        }
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          return row.getString(1);
        }
      }
    }
  }

  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated(PlJavaCluster.shared().orElseThrow());
  }

  @Override
  EngineCalls engine() {
    return new BySql();
  }
}
