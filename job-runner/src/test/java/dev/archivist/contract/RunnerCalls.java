package dev.archivist.contract;

import dev.archivist.engine.archive.Archiving;
import dev.archivist.engine.archive.PlanDocument;
import dev.archivist.engine.archive.Planner;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.engine.restore.Restores;
import dev.archivist.engine.verify.Verification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** The engine called as the runner does: over JDBC. */
final class RunnerCalls implements EngineCalls {
  @Override
  public String plan(Connection connection, String policy) throws SQLException {
    return PlanDocument.render(
        connection, Planner.plan(connection, Policies.named(connection, policy)));
  }

  @Override
  public UUID begin(Connection connection, String policy) throws SQLException {
    return Archiving.begin(connection, policy, Host.RUNNER).id();
  }

  @Override
  public BatchResult runBatch(Connection connection, UUID job) throws SQLException {
    return Archiving.runBatch(connection, job);
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
  public void finish(Connection connection, UUID job, String status) throws SQLException {
    Jobs.finish(connection, job, status, null);
  }

  @Override
  public String worksAs(String login) {
    return login;
  }

  @Override
  public boolean outlivesKilledSessions() {
    return true;
  }

  @Override
  public String verify(Connection connection, String policy) throws SQLException {
    return Verification.verify(connection, Policies.named(connection, policy));
  }
}
