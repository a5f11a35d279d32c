package dev.archivist.db;

import dev.archivist.engine.archive.Archiving;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.ReportObjects;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.engine.restore.Restores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One job on a connection of its own. Each call is one transaction: committed when it returns,
 * rolled back when it throws. Closing ends the session, and with it the policy's lock.
 */
public final class JobSession implements AutoCloseable {
  private final Connection connection;
  private final EngineHost host;
  private Job job;

  private JobSession(Connection connection, EngineHost host) {
    this.connection = connection;
    this.host = host;
  }

  /** Connects; nothing is begun yet. */
  public static JobSession open(Database database, String policy) {
    Connection connection = database.dedicated("archivist job " + policy);
    // Its own transaction: now() of the job must not be the moment of looking.
    return new JobSession(connection, Transactions.commit(connection, () -> Hosts.of(connection)));
  }

  /** Where the engine of this database runs. */
  public Host host() {
    return host.kind();
  }

  /** Opens the job. */
  public Job begin(String policy) {
    job = transaction(() -> beginHere(policy));
    return job;
  }

  /** Opens the job that was requested; empty if another runner has the request. */
  public Optional<Job> beginRequested(String policy, UUID request) {
    Optional<Job> begun =
        transaction(
            () ->
                // A job adopts the policy's oldest request, so with this one locked there is one.
                Requests.isOurs(connection, request)
                    ? Optional.of(beginHere(policy))
                    : Optional.empty());
    job = begun.orElse(null);
    return begun;
  }

  /**
   * Opens a job that restores.
   *
   * @param options a JSON object: from, to, and if need be into, where, hold
   */
  public Job beginRestore(String policy, String options) {
    job = transaction(() -> beginRestoreHere(policy, options));
    return job;
  }

  /** Opens the restore that was requested; empty if another runner has the request. */
  public Optional<Job> beginRequestedRestore(String policy, UUID request) {
    Optional<Job> begun =
        transaction(
            () ->
                Requests.isOurs(connection, request)
                    ? Optional.of(beginRestoreHere(policy, Requests.optionsOf(connection, request)))
                    : Optional.empty());
    job = begun.orElse(null);
    return begun;
  }

  private Job beginRestoreHere(String policy, String options) throws SQLException {
    // Said here for both hosts: without the right to call the function nobody could say it.
    Jobs.requireOwner(connection, policy);
    return Jobs.running(connection, host.beginRestore(connection, policy, options));
  }

  /** What of a restore's range is in the bin, and so will not come back. */
  public List<String> binned() {
    return transaction(() -> Restores.binned(connection, job.id()));
  }

  /** Runs one batch of a restore. */
  public RestoreResult restoreBatch() {
    return transaction(() -> host.restoreBatch(connection, job.id()));
  }

  private Job beginHere(String policy) throws SQLException {
    return Jobs.running(connection, host.begin(connection, policy));
  }

  /** Runs one batch of rows. */
  public BatchResult runBatch() {
    return transaction(() -> host.runBatch(connection, job.id()));
  }

  /** Closes the job. If it fails, the job is open still and holds its policy. */
  public void finish(String status, String errorMessage) {
    transaction(
        () -> {
          AuditTrail.joinAtOnce(connection);
          host.finish(connection, job.id(), status, errorMessage);
          return null;
        });
  }

  /** The next old reports behind the position. */
  public List<Report> candidates(ReportRows.Position after) {
    return transaction(() -> ReportRows.candidates(connection, job.policy(), job.cutoff(), after));
  }

  /** Moves a stored report's row; empty if the row changed meanwhile. */
  public Optional<BatchResult> commitReport(Report report, StoredReport object) {
    return transaction(() -> Archiving.commitReport(connection, job.id(), report, object));
  }

  /** The next archived reports that a restore brings back. */
  public List<ArchivedReport> archivedReports(ReportRows.Position after) {
    return transaction(() -> Restores.reports(connection, job.id(), after));
  }

  /** Moves a report's row back, its file being in place; empty if it is archived no more. */
  public Optional<RestoreResult> commitRestored(ArchivedReport report) {
    return transaction(() -> Restores.commitReport(connection, job.id(), report));
  }

  /** Locations of objects that no report may refer to any more. */
  public List<String> strayObjects() {
    return transaction(() -> ReportObjects.stray(connection, job.policy()));
  }

  /** Notes that a stray object is gone, or is none. */
  public void forgetStray(String location) {
    transaction(
        () -> {
          ReportObjects.forgetStray(connection, location);
          return null;
        });
  }

  /** Archived reports whose local file may still be there. */
  public List<ReportRows.Leftover> leftovers() {
    return transaction(() -> ReportRows.leftovers(connection, job.policy()));
  }

  /** Paths of live reports whose file has this name. */
  public List<String> liveFilesNamed(String fileName) {
    return transaction(() -> ReportRows.liveFilesNamed(connection, job.policy(), fileName));
  }

  /** Notes that a report's local file is gone. */
  public void deletedLocally(UUID report) {
    transaction(
        () -> {
          ReportRows.deletedLocally(connection, job.policy(), report);
          return null;
        });
  }

  /** Whether a report of this id is live. */
  public boolean isLive(UUID report) {
    return transaction(() -> ReportRows.isLive(connection, job.policy(), report));
  }

  /** Whether a report of this id is archived already. */
  public boolean isArchived(UUID report) {
    return transaction(() -> ReportRows.isArchived(connection, job.policy(), report));
  }

  /** Whether an archived report has its object at this location. */
  public boolean isReferenced(String location) {
    return transaction(() -> ReportRows.isReferenced(connection, job.policy(), location));
  }

  private <T> T transaction(SqlCall.Giving<T> work) {
    return Transactions.commit(connection, work);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The session is gone either way, and with it the lock; nothing was left uncommitted.
      throw DatabaseFailure.of(e);
    }
  }
}
