package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes old rows to the archive. Nothing here commits: one call is one transaction of the caller.
 */
public final class Archiving {
  private Archiving() {}

  /**
   * Opens a job: takes the policy's lock, closes jobs that a crash left open, checks the guards,
   * fixes the cutoff.
   *
   * @throws ArchiveException {@code ZA001} if another session holds the policy, {@code ZA002} if
   *     there is no such policy, {@code ZA004} if a guard refuses it
   */
  public static Job begin(Connection connection, String policyName, Host host) throws SQLException {
    Policy policy = Policies.named(connection, policyName);
    Jobs.take(connection, policy);
    requireSafe(connection, policy);
    Job job = Jobs.open(connection, policy, host, Action.RUN, "{}");
    if (!(policy.kind() instanceof PolicyKind.Offload)) {
      Jobs.saveProgress(connection, job.id(), Scan.start(connection, policy));
    }
    return job;
  }

  /**
   * Runs one batch of rows.
   *
   * @throws ArchiveException {@code ZA005} if the job is not running, {@code ZA006} if its policy
   *     is held by another session, {@code ZA007} if rows would be lost
   */
  public static BatchResult runBatch(Connection connection, UUID id) throws SQLException {
    Job job = Jobs.running(connection, id, Action.RUN);
    if (job.policy().kind() instanceof PolicyKind.Offload) {
      throw Jobs.filesAreTheRunners(job.policy());
    }
    RowBatch.Outcome outcome =
        RowBatch.run(connection, scope(connection, job, Jobs.progress(connection, id)));
    Jobs.saveProgress(connection, id, outcome.next());
    Jobs.count(connection, id, outcome.result());
    return outcome.result();
  }

  /**
   * Moves one report's row after its file was stored and read back.
   *
   * @return empty if somebody changed the row meanwhile
   */
  public static Optional<BatchResult> commitReport(
      Connection connection, UUID id, Report report, StoredReport object) throws SQLException {
    Job job = Jobs.running(connection, id, Action.RUN);
    BatchContext scope = scope(connection, job, new Scan.Blocks(0, 0));
    Optional<BatchResult> result = ReportBatch.commit(connection, scope, report, object);
    if (result.isPresent()) {
      Jobs.count(connection, id, result.get());
    }
    return result;
  }

  private static void requireSafe(Connection connection, Policy policy) throws SQLException {
    List<Refusal> refusals = Guards.check(connection, policy);
    if (!refusals.isEmpty()) {
      throw Jobs.refused(policy, refusals);
    }
  }

  /**
   * Looks again at what the guards allowed, now that nobody can change it: a trigger or a foreign
   * key may have been added since the job began.
   */
  private static BatchContext scope(Connection connection, Job job, Scan walk) throws SQLException {
    OutputSettings.fix(connection);
    Holds holds = Holds.locked(connection, job.policy());
    SqlText lock =
        SqlText.load("lock.tables")
            .with("source", job.policy().source())
            .with("archive", job.policy().archive());
    Query.of(connection, lock).update();
    requireSafe(connection, job.policy());
    return new BatchContext(
        job.id(),
        UUID.randomUUID(),
        job.policy(),
        job.cutoff(),
        walk,
        Columns.of(connection, job.policy().source()),
        Columns.of(connection, job.policy().archive()),
        holds);
  }
}
