package dev.archivist.engine.archive;

import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.job.TableLocks;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.StoredReport;
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
    // First, so that a role that may not run it is told what it lacks; batches look again.
    Inspection inspection = Inspection.of(connection, policy);
    List<Refusal> refusals = Guards.refusals(policy, inspection);
    if (!refusals.isEmpty()) {
      Jobs.requireFree(connection, policy);
      throw Jobs.refused(policy, refusals);
    }
    Jobs.take(connection, policy);
    Optional<Scan> scan =
        policy.kind().files().isPresent() ? Optional.empty() : Optional.of(inspection.scan());
    return Jobs.open(connection, policy, host, Action.RUN, "{}", scan);
  }

  /**
   * Runs one batch of rows.
   *
   * @throws SQLException of which {@link RowFailures#mayBePassedBy} is true if {@link
   *     #runBatchPassingBy} may do better, in another transaction or after a savepoint
   * @throws ArchiveException {@code ZA005} if the job is not running, {@code ZA006} if its policy
   *     is held by another session, {@code ZA007} if rows would be lost
   */
  public static BatchResult runBatch(Connection connection, UUID id) throws SQLException {
    return runBatch(connection, id, RowBatch::run);
  }

  /**
   * As {@link #runBatch}, but passes by rows that others have locked, and leaves those that the
   * archive refuses. They stay live, and {@code archive.rows_left} names them.
   *
   * @throws ArchiveException {@code ZA004} if the archive refuses too many rows
   */
  public static BatchResult runBatchPassingBy(Connection connection, UUID id) throws SQLException {
    return runBatch(connection, id, RowBatch::runPassingBy);
  }

  @FunctionalInterface
  private interface Batch {
    RowBatch.Outcome run(Connection connection, BatchContext context) throws SQLException;
  }

  private static BatchResult runBatch(Connection connection, UUID id, Batch batch)
      throws SQLException {
    Job job = Jobs.runningWithHolds(connection, id, Action.RUN);
    if (job.policy().kind().files().isPresent()) {
      throw Jobs.filesAreTheRunners(job.policy());
    }
    BatchContext context = context(connection, job);
    RowBatch.Outcome outcome = batch.run(connection, context);
    BatchResult result = outcome.result();
    if (result.done()) {
      return ScanEnd.advance(connection, context, outcome);
    }
    Jobs.advance(
        connection,
        job,
        context.inspection().code(),
        Optional.of(outcome.next()),
        result,
        outcome.found(),
        result.deleted() > 0);
    return result;
  }

  /**
   * Moves one report's row after its file was stored and read back.
   *
   * @return empty if the row was changed meanwhile
   */
  public static Optional<BatchResult> commitReport(
      Connection connection, UUID id, Report report, StoredReport object) throws SQLException {
    Job job = Jobs.runningWithHolds(connection, id, Action.RUN);
    BatchContext context = context(connection, job);
    Optional<BatchResult> result = ReportBatch.commit(connection, context, report, object);
    if (result.isPresent()) {
      Jobs.advance(
          connection,
          job,
          context.inspection().code(),
          Optional.empty(),
          result.get(),
          0,
          result.get().deleted() > 0);
    } else {
      context.inspection().code().require(connection);
    }
    return result;
  }

  /**
   * Looks again at what the guards allowed, now that nobody can change it: a trigger or a foreign
   * key may have been added since the job began.
   */
  private static BatchContext context(Connection connection, Job job) throws SQLException {
    TableLocks.take(connection, job.policy(), null);
    Inspection inspection = Inspection.of(connection, job.policy());
    requireSafe(job.policy(), inspection);
    return new BatchContext(job, UUID.randomUUID(), inspection);
  }

  private static void requireSafe(Policy policy, Inspection inspection) throws SQLException {
    List<Refusal> refusals = Guards.refusals(policy, inspection);
    if (!refusals.isEmpty()) {
      throw Jobs.refused(policy, refusals);
    }
  }
}
