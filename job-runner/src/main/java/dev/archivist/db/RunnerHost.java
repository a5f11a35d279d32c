package dev.archivist.db;

import dev.archivist.engine.batch.BatchResult;
import dev.archivist.engine.batch.RestoreResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.job.Restores;
import dev.archivist.engine.plan.PlanDocument;
import dev.archivist.engine.plan.Planner;
import dev.archivist.engine.policy.Policies;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** The engine in this program, working over JDBC: for databases without PL/Java. */
final class RunnerHost implements EngineHost {
  @Override
  public Host kind() {
    return Host.RUNNER;
  }

  @Override
  public String plan(Connection connection, String policy) throws SQLException {
    return PlanDocument.render(
        connection, Planner.plan(connection, Policies.named(connection, policy)));
  }

  @Override
  public UUID begin(Connection connection, String policy) throws SQLException {
    return Jobs.begin(connection, policy, Host.RUNNER).id();
  }

  @Override
  public BatchResult runBatch(Connection connection, UUID job) throws SQLException {
    return Jobs.runBatch(connection, job);
  }

  @Override
  public UUID beginRestore(Connection connection, String policy, String options)
      throws SQLException {
    return Restores.begin(connection, policy, Host.RUNNER, options).id();
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
