package dev.archivist.db;

import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.restore.RestoreResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** The engine in the database's backend: PL/Java functions do the work, called by their names. */
final class InDatabaseHost implements EngineHost {
  @Override
  public String plan(Connection connection, String policy) throws SQLException {
    return text(connection, "host.plan", policy);
  }

  @Override
  public Job begin(Connection connection, String policy) throws SQLException {
    return job(connection, text(connection, "host.begin_job", policy));
  }

  @Override
  public BatchResult runBatch(Connection connection, UUID job) throws SQLException {
    return Statements.query(connection, "host.run_batch")
        .bind(job.toString())
        .one(
            row ->
                new BatchResult(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getBoolean(5)));
  }

  /** In a backend a savepoint costs no round trip, so a batch has tried that already. */
  @Override
  public BatchResult runBatchPassingBy(Connection connection, UUID job) throws SQLException {
    return runBatch(connection, job);
  }

  @Override
  public Job beginRestore(Connection connection, String policy, String options)
      throws SQLException {
    return job(connection, text(connection, "host.begin_restore", policy, options));
  }

  private static Job job(Connection connection, String id) throws SQLException {
    return Jobs.running(connection, UUID.fromString(id));
  }

  @Override
  public RestoreResult restoreBatch(Connection connection, UUID job) throws SQLException {
    return Statements.query(connection, "host.restore_batch")
        .bind(job.toString())
        .one(
            row ->
                new RestoreResult(
                    row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4)));
  }

  @Override
  public void finish(Connection connection, UUID job, String status, String errorMessage)
      throws SQLException {
    text(connection, "host.finish_job", job.toString(), status, errorMessage);
  }

  private static String text(Connection connection, String call, Object... values)
      throws SQLException {
    return Statements.query(connection, call).bind(values).one(row -> row.getString(1));
  }
}
