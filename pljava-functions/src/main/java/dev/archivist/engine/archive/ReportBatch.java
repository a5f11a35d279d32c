package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Moves the row of one report. The runner uploads its file and reads it back first; only then the
 * row follows.
 */
final class ReportBatch {
  private ReportBatch() {}

  /**
   * Moves the report's row to the archive, with its object's location.
   *
   * @return empty if the row was changed, deleted or held since it was read; then nothing was moved
   * @throws ArchiveException {@code ZA007} if the row left but did not arrive; the caller must roll
   *     back
   */
  static Optional<BatchResult> commit(
      Connection connection, BatchContext context, Report report, StoredReport object)
      throws SQLException {
    FileColumns files = ReportRows.files(context.policy());
    Columns live = context.inspection().root().live();
    Columns digested = context.inspection().digested(context.policy().root());
    SqlText text =
        SqlText.load("report.batch")
            .with("given", SqlText.load("batch.given"))
            .with("source", context.policy().source())
            .with("archive", context.policy().archive())
            .with("time", context.policy().time())
            .with("key", files.key())
            .with("held", context.inspection().holds().condition("live"))
            .with("live_columns", SqlText.columns("live", live.names()))
            .with("gone_columns", SqlText.columns("gone", live.names()))
            .with("columns", SqlText.columns("", live.names()))
            .with("digested_columns", SqlText.columns("stored", digested.names()))
            .with("ledger_entry", SqlText.load("ledger.entry"))
            .with("digest_a", Digest.first("kept", digested))
            .with("digest_b", Digest.second("kept", digested));
    BatchResult result =
        Query.of(connection, text)
            .bind(context.batch().toString(), context.policy().name())
            .bind(context.job().id().toString(), "{}")
            .bind(report.id().toString(), report.version())
            .bind(object.location(), object.contentBytes(), object.contentSha256())
            .bind(object.objectBytes(), object.objectSha256(), object.fileRights())
            .one(
                row ->
                    new BatchResult(
                        row.getLong("deleted"),
                        row.getLong("archived"),
                        row.getLong("deleted"),
                        row.getLong("bytes"),
                        false));
    if (result.deleted() != result.archived()) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          context.policy().name(),
          "the row of report "
              + report.id()
              + " left "
              + context.policy().source()
              + " but did not arrive in "
              + context.policy().archive(),
          "Look for triggers or rules on the archive table that drop rows; the move was undone.");
    }
    return result.deleted() == 1 ? Optional.of(result) : Optional.empty();
  }
}
