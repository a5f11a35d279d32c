package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Takes up to {@code batch_rows} old rows out of a live table, with their descendants, and puts
 * them, or their daily values, into the archive: one statement, in the caller's transaction. That
 * statement deletes, inserts what it deleted, and keeps the ledger, so at READ COMMITTED a row that
 * is updated meanwhile is either taken in its new version or stays live, for this job's next batch
 * or for the next job; it is never lost.
 *
 * <p>Where a month has no partition yet, a batch makes it and moves nothing: attaching a partition
 * stops nobody, so a statement that was planned just before would look for moved rows where they
 * are no more, and not where they are. A row of yet another month, committed after the look, waits
 * for the next batch.
 *
 * <p>The roots of a family are locked before, level by level: a row that refers to one of them
 * cannot be added then, and the one statement sees them all.
 */
final class RowBatch {
  /** Most blocks that one statement reads, so that it ends soon where few rows are old. */
  private static final long STRIDE = 16_384;

  private RowBatch() {}

  /**
   * @param result what happened to the rows that the scan found
   * @param next where the next batch begins
   */
  record Outcome(BatchResult result, Scan next) {}

  /** What a scan found: as many rows as it may, the last of them, and their places. */
  private record Found(long picked, OffsetDateTime lastTime, long lastBlock, String tids) {
    static Found read(ResultSet row, String tids) throws SQLException {
      return new Found(
          row.getLong("picked"),
          row.getObject("last_time", OffsetDateTime.class),
          row.getLong("last_block"),
          tids);
    }
  }

  /**
   * Runs one batch.
   *
   * @throws ArchiveException {@code ZA007} if not every row that left arrived; the caller must roll
   *     back
   */
  static Outcome run(Connection connection, BatchContext context) throws SQLException {
    List<Month> months = months(connection, context);
    if (make(connection, context, months)) {
      return new Outcome(new BatchResult(0, 0, 0, 0, false), context.job().requiredScan());
    }
    return context.policy().isFamily()
        ? takeFamily(connection, context, months)
        : take(connection, context, months);
  }

  private static List<Month> months(Connection connection, BatchContext context)
      throws SQLException {
    Query query =
        Query.of(connection, SqlText.load("batch.pick_months").with("pick", pick(context)));
    bindPick(query, context);
    return query.list(row -> Month.ofFirstDay(row.getString(1)));
  }

  /** Makes the partitions that are missing, in order of time; whether any was. */
  private static boolean make(Connection connection, BatchContext context, List<Month> months)
      throws SQLException {
    boolean made = false;
    if (!context.policy().kind().isPartitioned()) {
      return made;
    }
    for (Month month : months.stream().sorted().toList()) {
      for (PolicyTable table : context.policy().tables()) {
        String partition = MonthPartitions.name(table.archive(), month);
        if (!context.inspection().partitions().get(table.position()).contains(partition)) {
          made |= MonthPartitions.make(connection, context.policy().name(), month);
        }
      }
    }
    return made;
  }

  private static Outcome take(Connection connection, BatchContext context, List<Month> months)
      throws SQLException {
    Query query = Query.of(connection, statement(context, pick(context)));
    bindGiven(query, context, months);
    bindPick(query, context);
    query.bind(Month.EARLIEST, context.job().cutoff());
    return query.one(row -> outcome(row, Found.read(row, null), context));
  }

  private static Outcome takeFamily(Connection connection, BatchContext context, List<Month> months)
      throws SQLException {
    Found found = lock(connection, context);
    Policy policy = context.policy();
    SqlText pick =
        SqlText.load("batch.pick_locked")
            .with("source", policy.source())
            .with("time", policy.time());
    Query query = Query.of(connection, statement(context, pick));
    bindGiven(query, context, months);
    query.bind(found.tids()).bind(Month.EARLIEST, context.job().cutoff());
    return query.one(row -> outcome(row, found, context));
  }

  /** Locks the roots that the scan finds, and then their descendants, parents first. */
  private static Found lock(Connection connection, BatchContext context) throws SQLException {
    Policy policy = context.policy();
    SqlText roots =
        SqlText.load("batch.lock_roots")
            .with("pick", pick(context))
            .with("source", policy.source())
            .with("time", policy.time())
            .with("held", context.inspection().holds().condition("live"));
    Query query = Query.of(connection, roots);
    bindPick(query, context);
    Found found =
        query
            .bind(Month.EARLIEST, context.job().cutoff())
            .one(row -> Found.read(row, row.getString("tids")));
    for (PolicyTable table : policy.descendants()) {
      SqlText descendants =
          SqlText.load("batch.lock_descendants")
              .with("joined", context.inspection().family().withRoot(table, "live"))
              .with("alias", SqlText.alias("live"));
      Query.of(connection, descendants).bind(found.tids()).one(row -> row.getLong(1));
    }
    return found;
  }

  private static Outcome outcome(ResultSet row, Found found, BatchContext context)
      throws SQLException {
    boolean full = found.picked() >= context.policy().batchRows();
    boolean elsewhere = row.getLong("elsewhere") > 0;
    Scan scan = context.job().requiredScan();
    Scan next;
    boolean done;
    if (scan instanceof Scan.Index index) {
      next = found.picked() == 0 ? index : new Scan.Index(found.lastTime());
      done = !full;
    } else {
      Scan.Blocks blocks = (Scan.Blocks) scan;
      long end = blockEnd(blocks);
      next = new Scan.Blocks(full ? found.lastBlock() : end, blocks.end());
      done = !full && end >= blocks.end();
    }
    BatchResult result =
        new BatchResult(
            row.getLong("conserved"),
            row.getLong("archived"),
            row.getLong("deleted"),
            row.getLong("bytes"),
            done && !elsewhere);
    requireConserved(result, context.policy());
    return new Outcome(result, elsewhere ? scan : next);
  }

  private static void requireConserved(BatchResult result, Policy policy) throws ArchiveException {
    if (result.processed() != result.deleted()) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          policy.name(),
          result.deleted()
              + " rows left "
              + policy.source()
              + " but "
              + result.processed()
              + " arrived in "
              + policy.archive(),
          "Look for triggers or rules on the archive table that drop rows; the batch was undone.");
    }
  }

  private static SqlText statement(BatchContext context, SqlText pick) {
    return context
        .policy()
        .kind()
        .batch(context.inspection().tables())
        .with("given", SqlText.load("batch.given"))
        .with("pick", pick)
        .with("held", context.inspection().holds().condition("live"));
  }

  private static void bindGiven(Query query, BatchContext context, List<Month> months) {
    query.bind(context.batch().toString(), context.policy().name());
    query.bind(context.job().id().toString(), days(months));
  }

  /** An array of dates as PostgreSQL reads it. */
  private static String days(List<Month> months) {
    return months.stream().map(Month::firstDay).collect(Collectors.joining(",", "{", "}"));
  }

  private static SqlText pick(BatchContext context) {
    boolean index = context.job().requiredScan() instanceof Scan.Index;
    return SqlText.load(index ? "batch.pick_by_index" : "batch.pick_by_blocks")
        .with("source", context.policy().source())
        .with("held", context.inspection().holds().condition("old"))
        .with("time", context.policy().time());
  }

  private static void bindPick(Query query, BatchContext context) {
    List<Object> values = new ArrayList<>();
    if (context.job().requiredScan() instanceof Scan.Index index) {
      values.add(index.position());
    } else if (context.job().requiredScan() instanceof Scan.Blocks blocks) {
      values.add(tid(blocks.position()));
      values.add(tid(blockEnd(blocks)));
      values.add(Month.EARLIEST);
    }
    values.add(context.job().cutoff());
    values.add(context.policy().batchRows());
    query.bind(values.toArray());
  }

  private static long blockEnd(Scan.Blocks blocks) {
    return Math.min(blocks.end(), blocks.position() + STRIDE);
  }

  private static String tid(long block) {
    return "(" + block + ",0)";
  }
}
