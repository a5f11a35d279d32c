package dev.archivist.contract;

import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.restore.RestoreResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** The engine called as a session does where PL/Java is: by its SQL functions. */
final class InDatabaseCalls implements EngineCalls {
  @Override
  public String plan(Connection connection, String policy) throws SQLException {
    return text(connection, "SELECT archive.plan(?)::text", policy);
  }

  @Override
  public UUID begin(Connection connection, String policy) throws SQLException {
    return UUID.fromString(text(connection, "SELECT archive.begin_job(?)::text", policy));
  }

  @Override
  public BatchResult runBatch(Connection connection, UUID job) throws SQLException {
    try (PreparedStatement call =
        connection.prepareStatement("SELECT * FROM archive.run_batch(?)")) {
      call.setObject(1, job);
      try (ResultSet row = call.executeQuery()) {
        row.next();
        return new BatchResult(
            row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getBoolean(5));
      }
    }
  }

  @Override
  public UUID beginRestore(Connection connection, String policy, String options)
      throws SQLException {
    return UUID.fromString(
        text(connection, "SELECT archive.begin_restore(?, ?::jsonb)::text", policy, options));
  }

  @Override
  public RestoreResult restoreBatch(Connection connection, UUID job) throws SQLException {
    try (PreparedStatement call =
        connection.prepareStatement("SELECT * FROM archive.restore_batch(?)")) {
      call.setObject(1, job);
      try (ResultSet row = call.executeQuery()) {
        row.next();
        return new RestoreResult(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4));
      }
    }
  }

  @Override
  public void finish(Connection connection, UUID job, String status) throws SQLException {
    text(connection, "SELECT archive.finish_job(?, ?, NULL)::text", job, status);
  }

  @Override
  public String verify(Connection connection, String policy) throws SQLException {
    return text(connection, "SELECT archive.verify(?)::text", policy);
  }

  /** The functions work with their owner's rights. */
  @Override
  public String worksAs(String login) {
    return "archive_engine";
  }

  /** On JDK 17 a backend that is killed while it works for Java takes the server with it. */
  @Override
  public boolean outlivesKilledSessions() {
    return false;
  }

  private static String text(Connection connection, String call, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(call)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }
}
