package dev.archivist.db;

import dev.archivist.engine.archive.Archiving;
import dev.archivist.engine.archive.RowsLeft;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.engine.restore.Restores;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a job that runs or restores a policy asks of the database. */
public record RunSession(PolicySession session) {

  /** Runs one batch of rows; what fails because of single rows is tried again without them. */
  public BatchResult runBatch() {
    try {
      return session.transaction(connection -> session.host().runBatch(connection, job()));
    } catch (ArchiveFailure failure) {
      if (!DatabaseFailure.isOfSingleRows(failure)) {
        throw failure;
      }
      return session.transaction(connection -> session.host().runBatchPassingBy(connection, job()));
    }
  }

  /** What a run left that has come to its end. */
  public RowsLeft rowsLeft() {
    return session.transaction(connection -> RowsLeft.of(connection, job()));
  }

  /** Runs one batch of a restore. */
  public RestoreResult restoreBatch() {
    return session.transaction(connection -> session.host().restoreBatch(connection, job()));
  }

  /** What of a restore's range is in the bin, and so will not come back. */
  public List<String> binned() {
    return session.transaction(connection -> Restores.binned(connection, job()));
  }

  /** The next old reports after the position. */
  public List<Report> candidates(ReportRows.Position after) {
    return session.guarded(
        connection ->
            ReportRows.candidates(connection, session.policy(), session.job().cutoff(), after));
  }

  /** Moves a stored report's row; empty if the row changed meanwhile. */
  public Optional<BatchResult> commitReport(Report report, StoredReport object) {
    try {
      return session.transaction(
          connection -> Archiving.commitReport(connection, job(), report, object));
    } catch (ArchiveFailure failure) {
      throw DatabaseFailure.ofReport(failure);
    }
  }

  /** The next archived reports that a restore brings back. */
  public List<ArchivedReport> archivedReports(ReportRows.Position after) {
    return session.guarded(connection -> Restores.reports(connection, job(), after));
  }

  /** Moves a report's row back, its file being in place; empty if it is no longer archived. */
  public Optional<RestoreResult> commitRestored(ArchivedReport report) {
    return session.transaction(connection -> Restores.commitReport(connection, job(), report));
  }

  /** Archived reports whose local file may still be there. */
  public List<ReportRows.Leftover> leftovers() {
    return session.guarded(connection -> ReportRows.leftovers(connection, session.policy()));
  }

  /** Live reports of any policy whose file has this name. */
  public Answers<ReportRows.Named> liveFilesNamed(String fileName) {
    return objects().liveFilesNamed(List.of(fileName));
  }

  /** The other policies whose live reports may have files in the same directory. */
  public List<String> othersWithFiles() {
    return new FilePolicies(session).others();
  }

  /** As {@link #live(UUID)}, of one of {@link #othersWithFiles}. */
  public Answers<ReportRows.Live> live(String policy, UUID after) {
    return new FilePolicies(session)
        .ask(policy, (connection, other) -> ReportRows.live(connection, other, after));
  }

  /** The next live reports after the key, in the order of their keys; none after the last. */
  public List<ReportRows.Live> live(UUID after) {
    return session.guarded(connection -> ReportRows.live(connection, session.policy(), after));
  }

  /** Notes that a report's local file is gone. */
  public void deletedLocally(UUID report) {
    session.trusted(
        connection -> {
          ReportRows.deletedLocally(connection, session.policy(), report);
          return null;
        });
  }

  /** Whether a report of this id is archived already. */
  public boolean isArchived(UUID report) {
    return session.trusted(
        connection -> ReportRows.isArchived(connection, session.policy(), report));
  }

  /** Whether the report is archived, its object at this location, and not live again. */
  public boolean isArchivedAt(UUID report, String location) {
    return session.trusted(
        connection -> ReportRows.isArchivedAt(connection, session.policy(), report, location));
  }

  /** Objects that no report may refer to any more. */
  public ObjectSession objects() {
    return new ObjectSession(session);
  }

  private UUID job() {
    return session.job().id();
  }
}
