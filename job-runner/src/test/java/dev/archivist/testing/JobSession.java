package dev.archivist.testing;

import dev.archivist.db.Database;
import dev.archivist.db.PolicySession;
import dev.archivist.db.RunSession;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.engine.restore.RestoreResult;
import java.util.List;
import java.util.Optional;

/** A session for one job that runs or restores, for tests that go step by step. */
public final class JobSession implements AutoCloseable {
  private final PolicySession session;
  private final RunSession run;

  private JobSession(PolicySession session) {
    this.session = session;
    this.run = new RunSession(session);
  }

  public static JobSession open(Database database, String policy) {
    return new JobSession(PolicySession.toRun(database, policy));
  }

  public Job begin() {
    return session.begin();
  }

  public Job beginRestore(String options) {
    return session.beginRestore(options);
  }

  public BatchResult runBatch() {
    return run.runBatch();
  }

  public RestoreResult restoreBatch() {
    return run.restoreBatch();
  }

  public List<Report> candidates(ReportRows.Position after) {
    return run.candidates(after);
  }

  public Optional<BatchResult> commitReport(Report report, StoredReport object) {
    return run.commitReport(report, object);
  }

  public void finish(String status, String errorMessage) {
    session.finish(status, errorMessage);
  }

  @Override
  public void close() {
    session.close();
  }
}
