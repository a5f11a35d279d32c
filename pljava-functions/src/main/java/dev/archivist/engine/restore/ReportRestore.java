package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The database's side of bringing report files back. The runner puts the file in its place first;
 * only then {@link #commit} moves the row, and records the object as one to delete.
 */
public final class ReportRestore {
  private ReportRestore() {}

  /** The next archived reports that are to come back, oldest first, at most {@code batch_rows}. */
  public static List<ArchivedReport> candidates(
      Connection connection, Policy policy, RestoreRequest request, ReportRows.Position after)
      throws SQLException {
    FileColumns offload = ReportRows.files(policy);
    SqlText text =
        SqlText.load("restore.reports")
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("key", offload.key())
            .with("file", offload.file());
    return Query.of(connection, text)
        .bind(request.from(), request.to(), request.matching())
        .bind(after.time(), after.key().toString(), policy.batchRows())
        .list(ReportRestore::read);
  }

  private static ArchivedReport read(ResultSet row) throws SQLException {
    return new ArchivedReport(
        UUID.fromString(row.getString("key")),
        row.getObject("at", java.time.OffsetDateTime.class),
        row.getString("file"),
        ReportRows.object(row));
  }

  /**
   * Moves the report's row back.
   *
   * @return empty if it is no longer archived; then nothing was done
   * @throws ArchiveException {@code ZA042} if its key is live already, {@code ZA007} if the row did
   *     not arrive as it left, {@code ZA008} if the ledger does not know it; the caller must roll
   *     back
   */
  static Optional<RestoreResult> commit(
      Connection connection, RestoreContext context, ArchivedReport report) throws SQLException {
    Optional<RestoreResult> result =
        Savepoints.attempt(
            connection, RestoreBatch.CONFLICT, () -> take(connection, context, report));
    if (result.isEmpty()) {
      throw Conflict.refused(
          context.policy(),
          context.policy().source(),
          List.of(
              new Conflict(
                  "a key or constraint of the table", 1, List.of(report.id().toString()))));
    }
    RestoreBatch.settle(connection, context.policy(), context.batch());
    return result.filter(each -> each.restored() == 1);
  }

  private static RestoreResult take(
      Connection connection, RestoreContext context, ArchivedReport report) throws SQLException {
    return Query.of(connection, statement(context))
        .bind(context.batch().toString(), context.policy().name())
        .bind(context.job().id().toString(), "{}")
        .bind(report.id().toString(), report.object().location())
        .one(row -> result(row, context, report));
  }

  private static SqlText statement(RestoreContext context) {
    Columns live = context.inspection().root().live();
    Columns digested = context.inspection().digested(context.policy().root());
    List<Identifier> written = live.written();
    return SqlText.load("restore.report")
        .with("given", SqlText.load("batch.given"))
        .with("archive", context.policy().archive())
        .with("source", context.policy().source())
        .with("time", context.policy().time())
        .with("key", ReportRows.files(context.policy()).key())
        .with("file", ReportRows.files(context.policy()).file())
        .with("kept_columns", SqlText.columns("kept", digested.names()))
        .with("written_columns", SqlText.columns("", written))
        .with("gone_written_columns", SqlText.columns("gone", written))
        .with("live_columns", SqlText.columns("live", live.names()))
        .with("ledger_taken", SqlText.load("ledger.taken"))
        .with("gone_digest_a", Digest.first("gone", digested))
        .with("gone_digest_b", Digest.second("gone", digested))
        .with("gone_content_a", Digest.first("gone", live))
        .with("gone_content_b", Digest.second("gone", live))
        .with("back_content_a", Digest.first("back", live))
        .with("back_content_b", Digest.second("back", live));
  }

  private static RestoreResult result(ResultSet row, RestoreContext context, ArchivedReport report)
      throws SQLException {
    long back = row.getLong("back");
    if (row.getLong("gone") != back || !row.getBoolean("unchanged")) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          context.policy().name(),
          "the row of report "
              + report.id()
              + " did not arrive in "
              + context.policy().source()
              + " as it left the archive",
          "Look for triggers, rules and generated columns of the live table; the move was undone.");
    }
    if (!row.getBoolean("entered")) {
      throw RestoreBatch.ledgerTooSmall(context.policy());
    }
    return new RestoreResult(back, 0, row.getLong("bytes"), false);
  }
}
