package dev.archivist.db;

import dev.archivist.engine.archive.Archiving;
import dev.archivist.engine.archive.PlanDocument;
import dev.archivist.engine.archive.Planner;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.engine.restore.Restores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** The engine in this program, working over JDBC: for databases without PL/Java. */
final class RunnerHost implements EngineHost {
  @Override
  public String plan(Connection connection, String policy) throws SQLException {
    return PlanDocument.render(
        connection, Planner.plan(connection, Policies.named(connection, policy)));
  }

  @Override
  public Job begin(Connection connection, String policy) throws SQLException {
    return Archiving.begin(connection, policy, Host.RUNNER);
  }

  @Override
  public BatchResult runBatch(Connection connection, UUID job) throws SQLException {
    return Archiving.runBatch(connection, job);
  }

  @Override
  public BatchResult runBatchPassingBy(Connection connection, UUID job) throws SQLException {
    return Archiving.runBatchPassingBy(connection, job);
  }

  @Override
  public Job beginRestore(Connection connection, String policy, String options)
      throws SQLException {
    return Restores.begin(connection, policy, Host.RUNNER, options);
  }

  @Override
  public RestoreResult restoreBatch(Connection connection, UUID job) throws SQLException {
    return Restores.runBatch(connection, job);
  }

  @Override
  public void finish(Connection connection, UUID job, String status, String errorMessage)
      throws SQLException {
    Jobs.finish(connection, job, status, errorMessage);
  }
}
