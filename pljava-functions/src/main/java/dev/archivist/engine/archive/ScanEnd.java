package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.CodeState;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What a scan left. A job that is completed has left nothing that was old enough at its cutoff and
 * not held, but what it names.
 */
final class ScanEnd {
  /** Most rows of the kind that others had locked which are named. */
  private static final int NAMED = 20;

  private record Decided(boolean again, boolean found) {}

  private ScanEnd() {}

  /**
   * Notes what the last batch of a scan did. Another pass begins if this one took anything. The
   * last one took nothing, so rows are counted only where it found some, and while no row is
   * locked.
   *
   * @return the result; done if no other pass was begun
   */
  static BatchResult advance(Connection connection, BatchContext context, RowBatch.Outcome outcome)
      throws SQLException {
    String job = context.job().id().toString();
    BatchResult result = outcome.result();
    Decided decided =
        Query.of(
                connection,
                SqlText.load("batch.end_of_scan")
                    .with("code_state", CodeState.now(context.policy())))
            .bind(job, result.deleted(), outcome.found())
            .bind(context.inspection().scan().name())
            .bind(Jobs.position(Optional.of(context.inspection().scan())))
            .bind(result.processed(), result.archived(), result.deleted(), result.bytes())
            .bind(result.deleted() > 0)
            .bind(context.inspection().code().version())
            .first(row -> new Decided(row.getBoolean("again"), row.getBoolean("found")))
            .orElse(null);
    if (decided == null) {
      context.inspection().code().require(connection);
      throw Jobs.closedMeanwhile(context.job());
    }
    if (!decided.again() && decided.found()) {
      Query.of(connection, filled("batch.left", context))
          .bind(Month.EARLIEST, context.job().cutoff(), job)
          .update();
      SqlText locked =
          filled("batch.locked", context).with("row_key", RefusedRows.rowKey(connection, context));
      Query.of(connection, locked)
          .bind(job, Month.EARLIEST, context.job().cutoff(), NAMED)
          .update();
      context.inspection().code().require(connection);
    }
    return result.done(!decided.again());
  }

  private static SqlText filled(String statement, BatchContext context) {
    Policy policy = context.policy();
    return SqlText.load(statement)
        .with("source", policy.source())
        .with("time", policy.time())
        .with("held", context.inspection().holds().condition("old"));
  }
}
