package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
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
 * only then {@link #commit} moves the row, and puts the object down as one that is to go.
 */
public final class ReportRestore {
  private ReportRestore() {}

  /** The next archived reports that are to come back, oldest first, at most {@code batch_rows}. */
  public static List<ArchivedReport> candidates(
      Connection connection, Policy policy, RestoreRequest order, ReportRows.Position after)
      throws SQLException {
    PolicyKind.Offload offload = ReportRows.offload(policy);
    SqlText text =
        SqlText.load("restore.reports")
            .with("archive", policy.archive())
            .with("time", policy.time())
            .with("key", offload.key())
            .with("file", offload.file());
    return Query.of(connection, text)
        .bind(order.from(), order.to(), order.matching())
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
   * @return empty if the archive has it no more; then nothing was done
   * @throws ArchiveException {@code ZA042} if its key is live already, {@code ZA007} if the row did
   *     not arrive as it left, {@code ZA008} if the ledger does not know it; the caller must roll
   *     back
   */
  public static Optional<RestoreResult> commit(
      Connection connection, RestoreContext scope, ArchivedReport report) throws SQLException {
    Optional<RestoreResult> result =
        Savepoints.attempt(
            connection, RestoreBatch.CONFLICT, () -> take(connection, scope, report));
    if (result.isEmpty()) {
      throw Conflict.refused(
          scope.policy(),
          scope.policy().source(),
          List.of(
              new Conflict(
                  "a key or constraint of the table", 1, List.of(report.id().toString()))));
    }
    RestoreBatch.keepBounds(connection, scope.policy(), scope.batch());
    return result.filter(each -> each.restored() == 1);
  }

  private static RestoreResult take(
      Connection connection, RestoreContext scope, ArchivedReport report) throws SQLException {
    String batch = scope.batch().toString();
    return Query.of(connection, statement(scope))
        .bind(report.id().toString(), report.object().location())
        .bind(scope.policy().name(), batch)
        .bind(batch, scope.policy().name(), scope.job().toString())
        .one(row -> result(row, scope, report));
  }

  private static SqlText statement(RestoreContext scope) {
    Columns live = scope.live();
    Columns digested = MonthSummary.withoutStamps(scope.archive());
    List<Identifier> written =
        live.list().stream().filter(column -> !column.generated()).map(Column::name).toList();
    return SqlText.load("restore.report")
        .with("archive", scope.policy().archive())
        .with("source", scope.policy().source())
        .with("time", scope.policy().time())
        .with("key", ReportRows.offload(scope.policy()).key())
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

  private static RestoreResult result(ResultSet row, RestoreContext scope, ArchivedReport report)
      throws SQLException {
    long back = row.getLong("back");
    if (row.getLong("gone") != back || !row.getBoolean("unchanged")) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          scope.policy().name(),
          "the row of report "
              + report.id()
              + " did not arrive in "
              + scope.policy().source()
              + " as it left the archive",
          "Look for triggers, rules and generated columns of the live table; the move was undone.");
    }
    if (!row.getBoolean("entered")) {
      throw RestoreBatch.ledgerTooSmall(scope.policy());
    }
    return new RestoreResult(back, 0, row.getLong("bytes"), false);
  }
}
