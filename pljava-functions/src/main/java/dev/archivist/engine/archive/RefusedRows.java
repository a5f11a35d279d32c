package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Keys;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Finds the rows that the archive refuses, by halves, and notes the first {@value #MOST} of a job:
 * each concerns itself alone.
 */
final class RefusedRows {
  /** Most rows that one job names for this reason; others are only counted, at its end. */
  static final int MOST = 1_000;

  private final Connection connection;
  private final BatchContext context;
  private SqlText noting;
  private long count;

  private RefusedRows(Connection connection, BatchContext context, long count) {
    this.connection = connection;
    this.context = context;
    this.count = count;
  }

  /** Those of the context's job. */
  static RefusedRows of(Connection connection, BatchContext context) throws SQLException {
    long known =
        Query.named(connection, "batch.count_refused")
            .bind(context.job().id().toString())
            .one(row -> row.getLong(1));
    return new RefusedRows(connection, context, known);
  }

  /** How many the job has noted. */
  long count() {
    return count;
  }

  /** Takes rows as a batch of their own. */
  @FunctionalInterface
  interface Taking {
    BatchResult take(BatchContext batch, List<String> tids) throws SQLException;
  }

  /**
   * Takes the rows at these places, but for those that the archive refuses.
   *
   * @return what happened to all that were taken
   */
  BatchResult takeOthers(List<String> tids, Taking taking) throws SQLException {
    if (tids.isEmpty()) {
      return new BatchResult(0, 0, 0, 0, false);
    }
    Optional<BatchResult> taken =
        Savepoints.attempt(
            connection,
            RowFailures::isOfARow,
            () -> Optional.of(taking.take(context.anew(), tids)),
            failure -> {
              if (tids.size() == 1) {
                note(tids.get(0), failure);
              }
              return Optional.empty();
            });
    if (taken.isPresent()) {
      return taken.get();
    }
    int half = tids.size() / 2;
    return tids.size() == 1
        ? new BatchResult(0, 0, 0, 0, false)
        : takeOthers(tids.subList(0, half), taking)
            .plus(takeOthers(tids.subList(half, tids.size()), taking));
  }

  private void note(String tid, SQLException failure) throws SQLException {
    if (count >= MOST) {
      return;
    }
    if (noting == null) {
      noting =
          SqlText.load("batch.refused")
              .with("row_key", rowKey(connection, context))
              .with("source", context.policy().source());
    }
    count +=
        Query.of(connection, noting)
            .bind(
                context.job().id().toString(),
                failure.getSQLState(),
                RowFailures.sentence(failure),
                tid)
            .one(row -> row.getBoolean("is_new") ? 1 : 0);
  }

  /** SQL for the name of the root's row {@code old}. */
  static SqlText rowKey(Connection connection, BatchContext context) throws SQLException {
    var key = Keys.primary(connection, context.policy().source());
    SqlText columns =
        key.isEmpty()
            ? SqlText.load("batch.place_and_time").with("time", context.policy().time())
            : SqlText.columns("old", key);
    return SqlText.load("batch.row_key").with("columns", columns);
  }
}
