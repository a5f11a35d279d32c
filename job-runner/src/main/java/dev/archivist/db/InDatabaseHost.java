package dev.archivist.db;

import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.restore.RestoreResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** The engine in the database's backend: PL/Java functions do the work, called by their names. */
final class InDatabaseHost implements EngineHost {
  @Override
  public Host kind() {
    return Host.IN_DATABASE;
  }

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
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT records_processed, records_archived, records_deleted, bytes_archived, done"
                + " FROM archive.run_batch(?::uuid)")) {
      statement.setString(1, job.toString());
      try (ResultSet row = statement.executeQuery()) {
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
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT records_restored, records_present, bytes_restored, done"
                + " FROM archive.restore_batch(?::uuid)")) {
      statement.setString(1, job.toString());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new RestoreResult(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4));
      }
    }
  }

  @Override
  public void finish(Connection connection, UUID job, String status, String errorMessage)
      throws SQLException {
    text(
        connection,
        "SELECT archive.finish_job(?::uuid, ?, ?)::text",
        job.toString(),
        status,
        errorMessage);
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
