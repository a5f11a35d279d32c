package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.job.BatchResult;
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

  private record Left(boolean found, boolean mayRepeat) {}

  private ScanEnd() {}

  /**
   * Notes what the last batch of a scan did, and begins another pass if that may find more.
   *
   * @return the result; done if no other pass was begun
   */
  static BatchResult advance(Connection connection, BatchContext context, BatchResult result)
      throws SQLException {
    String job = context.job().id().toString();
    Optional<Left> left =
        Query.of(connection, filled("batch.end_of_scan", context))
            .bind(job, result.deleted())
            .bind(Month.EARLIEST, context.job().cutoff())
            .bind(context.inspection().scan().name())
            .bind(Jobs.position(Optional.of(context.inspection().scan())))
            .bind(result.processed(), result.archived(), result.deleted(), result.bytes())
            .bind(result.deleted() > 0)
            .first(row -> new Left(row.getBoolean("found"), row.getBoolean("may_repeat")));
    if (left.isEmpty()) {
      throw Jobs.closedMeanwhile(context.job());
    }
    if (left.get().found() && left.get().mayRepeat()) {
      return result.done(false);
    }
    if (left.get().found()) {
      SqlText locked =
          filled("batch.locked", context).with("row_key", RefusedRows.rowKey(connection, context));
      Query.of(connection, locked)
          .bind(job, Month.EARLIEST, context.job().cutoff(), NAMED)
          .update();
    }
    return result;
  }

  private static SqlText filled(String statement, BatchContext context) {
    Policy policy = context.policy();
    return SqlText.load(statement)
        .with("source", policy.source())
        .with("time", policy.time())
        .with("held", context.inspection().holds().condition("old"));
  }
}
