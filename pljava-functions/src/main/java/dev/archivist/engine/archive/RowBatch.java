package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes up to {@code batch_rows} old rows out of a live table and puts them, or their daily values,
 * into the archive: one statement, in the caller's transaction. That statement deletes, inserts
 * what it deleted, and keeps the ledger, so at READ COMMITTED a row that somebody updates meanwhile
 * is either taken in its new version or stays live, for this job's next batch or for the next job;
 * it is never lost.
 *
 * <p>Where a month has no partition yet, a batch makes it and moves nothing: attaching a partition
 * stops nobody, so a statement that was planned just before would look for moved rows where they
 * are no more, and not where they are.
 */
public final class RowBatch {
  /** A row's month has no partition. */
  private static final String NO_PARTITION = "23514";

  private static final List<Identifier> STAMPS =
      List.of(new Identifier("archived_at"), new Identifier("archive_batch_id"));

  private RowBatch() {}

  /**
   * @param picked live rows that the walk found
   * @param result what happened to them
   * @param next where the next batch begins
   */
  public record Outcome(long picked, BatchResult result, Scan next) {}

  /**
   * Runs one batch.
   *
   * @throws ArchiveException {@code ZA007} if not every row that left arrived; the caller must roll
   *     back
   */
  public static Outcome run(Connection connection, BatchContext scope) throws SQLException {
    if (scope.walk() instanceof Scan.Blocks) {
      Query.named(connection, "job.scan_in_order").one(row -> row.getString(1));
    }
    if (makePartitions(connection, scope)) {
      return nothing(scope);
    }
    // A row of yet another month may be committed after the look.
    Optional<Outcome> outcome =
        Savepoints.attempt(connection, NO_PARTITION, () -> take(connection, scope));
    if (outcome.isPresent()) {
      return outcome.get();
    }
    return makePartitions(connection, scope) ? nothing(scope) : take(connection, scope);
  }

  /** Months were made: their rows follow when that is committed. */
  private static Outcome nothing(BatchContext scope) {
    return new Outcome(0, new BatchResult(0, 0, 0, 0, false), scope.walk());
  }

  private static boolean makePartitions(Connection connection, BatchContext scope)
      throws SQLException {
    Query months =
        Query.of(connection, SqlText.load("batch.pick_months").with("pick", pick(scope)));
    bindPick(months, scope);
    return MonthPartitions.make(
        connection,
        scope.policy().name(),
        scope.policy().archive(),
        months.list(row -> Month.ofFirstDay(row.getString(1))));
  }

  private static Outcome take(Connection connection, BatchContext scope) throws SQLException {
    Query query = Query.of(connection, statement(scope));
    bindPick(query, scope);
    query.bind(Scan.EARLIEST, scope.cutoff(), scope.batch().toString());
    query.bind(scope.batch().toString(), scope.batch().toString());
    query.bind(scope.policy().name(), scope.job().toString());
    Outcome outcome = query.one(row -> read(row, scope));
    BatchResult result = outcome.result();
    if (result.processed() != result.deleted()) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          scope.policy().name(),
          result.deleted()
              + " rows left "
              + scope.policy().source()
              + " but "
              + result.processed()
              + " arrived in "
              + scope.policy().archive(),
          "Look for triggers or rules on the archive table that drop rows; the batch was undone.");
    }
    return outcome;
  }

  private static Outcome read(ResultSet row, BatchContext scope) throws SQLException {
    long picked = row.getLong("picked");
    boolean full = picked >= scope.policy().batchRows();
    Scan next;
    boolean done;
    if (scope.walk() instanceof Scan.Index index) {
      next =
          picked == 0
              ? index
              : new Scan.Index(row.getObject("last_time", java.time.OffsetDateTime.class));
      done = !full;
    } else {
      Scan.Blocks blocks = (Scan.Blocks) scope.walk();
      long end = blockEnd(blocks);
      next = new Scan.Blocks(full ? row.getLong("last_block") : end, blocks.end());
      done = !full && end >= blocks.end();
    }
    BatchResult result =
        new BatchResult(
            row.getLong("conserved"),
            row.getLong("archived"),
            row.getLong("deleted"),
            row.getLong("bytes"),
            done);
    return new Outcome(picked, result, next);
  }

  private static SqlText statement(BatchContext scope) {
    Columns live = scope.live();
    SqlText text =
        SqlText.load(
                scope.policy().kind() instanceof PolicyKind.Rollup ? "batch.rollup" : "batch.move")
            .with("pick", pick(scope))
            .with("held", scope.holds().condition("live"))
            .with("source", scope.policy().source())
            .with("archive", scope.policy().archive())
            .with("time", scope.policy().time())
            .with("live_columns", SqlText.columns("live", live.names()))
            .with("ledger_entry", SqlText.load("ledger.entry"))
            .with("source_bytes", Planner.bytes("gone", scope.policy(), live));
    if (scope.policy().kind() instanceof PolicyKind.Rollup rollup) {
      return rollup(text, scope, rollup);
    }
    Columns content = MonthSummary.columns(scope.policy(), live, scope.archive());
    return text.with("columns", SqlText.columns("", live.names()))
        .with("gone_columns", SqlText.columns("gone", live.names()))
        .with("digest_a", Digest.first("gone", content, live))
        .with("digest_b", Digest.second("gone", content, live));
  }

  private static SqlText rollup(SqlText text, BatchContext scope, PolicyKind.Rollup rollup) {
    Columns daily = scope.archive().without(STAMPS);
    List<Identifier> key = new ArrayList<>(rollup.series());
    key.add(scope.policy().time());
    return text.with("series", SqlText.columns("", rollup.series()))
        .with("gone_series", SqlText.columns("gone", rollup.series()))
        .with("key", SqlText.columns("", key))
        .with("grouped_series", SqlText.columns("grouped", rollup.series()))
        .with("same_series", SqlText.equal("kept", "grouped", rollup.series()))
        .with("value", rollup.value())
        .with("daily_columns", SqlText.columns("kept", daily.names()))
        .with("merged_bytes", RowSize.of("merged", daily))
        .with("before_bytes", RowSize.of("before", daily))
        .with("merged_digest_a", Digest.first("merged", daily))
        .with("merged_digest_b", Digest.second("merged", daily))
        .with("before_digest_a", Digest.first("before", daily))
        .with("before_digest_b", Digest.second("before", daily));
  }

  private static SqlText pick(BatchContext scope) {
    return SqlText.load(
            scope.walk() instanceof Scan.Index ? "batch.pick_by_index" : "batch.pick_by_blocks")
        .with("source", scope.policy().source())
        .with("held", scope.holds().condition("old"))
        .with("time", scope.policy().time());
  }

  private static void bindPick(Query query, BatchContext scope) {
    if (scope.walk() instanceof Scan.Index index) {
      query.bind(index.position());
    } else if (scope.walk() instanceof Scan.Blocks blocks) {
      query.bind(tid(blocks.position()), tid(blockEnd(blocks)), Scan.EARLIEST);
    }
    query.bind(scope.cutoff(), scope.policy().batchRows());
  }

  /** Most blocks that one statement reads, so that it ends soon where few rows are old. */
  private static final long STRIDE = 16_384;

  private static long blockEnd(Scan.Blocks blocks) {
    return Math.min(blocks.end(), blocks.position() + STRIDE);
  }

  private static String tid(long block) {
    return "(" + block + ",0)";
  }
}
