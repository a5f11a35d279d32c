package dev.archivist.engine.archive;

import static java.util.stream.Collectors.joining;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes old rows out of a live table, with their descendants, and puts them, or their values of a
 * period, into the archive: one statement, in the caller's transaction. That statement deletes,
 * inserts what it deleted, and keeps the ledger, so at READ COMMITTED a row that is updated
 * meanwhile is either taken in its new version or stays live, for this job's next batch or for the
 * next job; it is never lost.
 *
 * <p>A batch has up to {@code batch_rows} rows, {@code batch_bytes} bytes and {@value #MONTHS}
 * months. Where a month has no partition yet, a batch makes it and moves nothing: attaching a
 * partition stops nobody, so a statement that was planned just before would look for moved rows
 * where they are no more, and not where they are. A row of yet another month, committed after the
 * look, waits for the next batch.
 *
 * <p>Rows of one table are taken without locking them first, which would write each twice. Where
 * that fails, because others hold a lock or the archive refuses a value, {@link #runPassingBy}
 * takes what it can. The roots of a family are always locked before, level by level: a row that
 * refers to one of them cannot be added then, and the one statement sees them all.
 */
final class RowBatch {
  /** Most blocks that one statement reads, so that it ends soon where few rows are old. */
  private static final long STRIDE = 16_384;

  /** Most months that one transaction makes or fills: each takes locks on several relations. */
  static final int MONTHS = 50;

  /** Most rows that a batch which passes others by looks at: it may try each of them alone. */
  static final int TRIES = 500;

  /** What a timestamptz counts in. */
  private static final Duration INSTANT = Duration.ofNanos(1_000);

  private RowBatch() {}

  /**
   * @param result what happened to the rows that the scan found
   * @param next where the next batch begins
   * @param found how many rows the scan found, or at least whether there are any
   */
  record Outcome(BatchResult result, Scan next, long found) {
    Outcome found(long rows) {
      return new Outcome(result, next, rows);
    }
  }

  /**
   * What a scan found.
   *
   * @param picked how many rows
   * @param elsewhere those of them whose months another batch takes
   * @param total their bytes as they are stored
   * @param lastTime time of the last of those whose months are taken now
   * @param lastBlock block of the last of them
   * @param most how many rows it was to find at most
   */
  private record Found(
      long picked, long elsewhere, long total, OffsetDateTime lastTime, long lastBlock, long most) {
    static Found read(ResultSet row, long total, long most) throws SQLException {
      return new Found(
          row.getLong("picked"),
          row.getLong("elsewhere"),
          total,
          row.getObject("last_time", OffsetDateTime.class),
          row.getLong("last_block"),
          most);
    }

    Found elsewhere(long more) {
      return new Found(picked, elsewhere + more, total, lastTime, lastBlock, most);
    }

    boolean fills(Policy policy) {
      return picked >= most || total >= policy.batchBytes();
    }
  }

  /**
   * Rows that were locked, or at least found.
   *
   * @param found what the scan found
   * @param months months of the rows that are taken now, in order of time
   * @param tids places of these rows, in their order
   */
  private record Roots(Found found, List<Month> months, List<String> tids) {
    Roots only(List<String> some) {
      return new Roots(found, months, some);
    }
  }

  /** A row that was found. */
  private record Root(String tid, OffsetDateTime at, long block, Month month, long total) {
    static Root read(ResultSet row) throws SQLException {
      return new Root(
          row.getString("tid"),
          row.getObject("at", OffsetDateTime.class),
          row.getLong("block"),
          Month.ofFirstDay(row.getString("month")),
          row.getLong("total"));
    }
  }

  /**
   * Runs one batch.
   *
   * @throws SQLException {@code 55P03} if another session holds a lock on one of the rows, of class
   *     22 or 23 if the archive refuses one; then {@link #runPassingBy} takes the others
   * @throws ArchiveException {@code ZA007} if not every row that left arrived; the caller must roll
   *     back
   */
  static Outcome run(Connection connection, BatchContext context) throws SQLException {
    if (context.policy().isFamily()) {
      Roots roots = lock(connection, context, context.policy().batchRows(), 0);
      if (make(connection, context, roots.months())) {
        return nothingYet(context);
      }
      BatchResult result = take(connection, context, taking(context), roots);
      Outcome outcome = outcome(context, roots.found(), result, result.deleted() == 0);
      // where all are locked by others, none was found
      return outcome.found() > 0 ? outcome : outcome.found(look(connection, context).rows());
    }
    Look look = look(connection, context);
    if (make(connection, context, look.months())) {
      return nothingYet(context);
    }
    Query query = Query.of(connection, statement(context, rows(context, false, SqlText.number(0))));
    bindGiven(query, context, look.months());
    bindRows(query, context, look.rows());
    query.bind(Month.EARLIEST, context.job().cutoff());
    return query.one(
        row -> {
          BatchResult result = conserved(row, context.policy());
          return outcome(
              context, Found.read(row, look.total(), context.policy().batchRows()), result, false);
        });
  }

  /**
   * Runs one batch that passes by rows that others have locked, and leaves those that the archive
   * refuses. The first of these are noted in {@code archive.rows_left}. It looks at no more than
   * {@value #TRIES} rows besides those noted, so that it holds their locks for a short time.
   *
   * @throws ArchiveException {@code ZA007} as {@link #run}
   */
  static Outcome runPassingBy(Connection connection, BatchContext context) throws SQLException {
    RefusedRows refused = RefusedRows.of(connection, context);
    long known = refused.count();
    Roots roots = lock(connection, context, Math.min(context.policy().batchRows(), TRIES), known);
    if (make(connection, context, roots.months())) {
      return nothingYet(context);
    }
    Query.named(connection, "batch.plan_once").update();
    SqlText taking = taking(context);
    BatchResult result =
        refused.takeOthers(
            roots.tids(), (batch, tids) -> take(connection, batch, taking, roots.only(tids)));
    Query.named(connection, "batch.plan_as_before").update();
    boolean stuck = result.deleted() == 0 && refused.count() == known;
    Outcome outcome = outcome(context, roots.found(), result, stuck);
    // there is what is passed by
    return outcome.found(Math.max(1, outcome.found()));
  }

  private static Outcome nothingYet(BatchContext context) {
    return new Outcome(new BatchResult(0, 0, 0, 0, false), context.job().requiredScan(), 0);
  }

  /**
   * What a batch will take.
   *
   * @param months the first of the months of its rows
   * @param rows how many rows there are
   * @param total their bytes as they are stored
   */
  private record Look(List<Month> months, long rows, long total) {}

  private record OfMonth(Month month, long rows, long total) {}

  private static Look look(Connection connection, BatchContext context) throws SQLException {
    SqlText text =
        SqlText.load("batch.pick_months")
            .with("pick", pick(context, false))
            .with("archived_time", archivedTime(context))
            .with("row_lock_timeout", SqlText.load("batch.row_lock_timeout"));
    Query query = Query.of(connection, text);
    bindPick(query, context, context.policy().batchRows());
    List<OfMonth> found =
        query.list(
            row ->
                new OfMonth(
                    Month.ofFirstDay(row.getString("month")),
                    row.getLong("rows"),
                    row.getLong("total")));
    return new Look(
        few(found.stream().map(OfMonth::month)),
        found.stream().mapToLong(OfMonth::rows).sum(),
        found.stream().mapToLong(OfMonth::total).max().orElse(0));
  }

  private static SqlText archivedTime(BatchContext context) {
    return context
        .policy()
        .kind()
        .archivedTime(SqlText.columns("picked", List.of(new Identifier("at"))));
  }

  private static List<Month> few(Stream<Month> months) {
    return months.distinct().sorted().limit(MONTHS).toList();
  }

  /** Makes the partitions that are missing, in order of time; whether any was. */
  private static boolean make(Connection connection, BatchContext context, List<Month> months)
      throws SQLException {
    boolean made = false;
    if (!context.policy().kind().isPartitioned()) {
      return made;
    }
    for (Month month : months) {
      for (PolicyTable table : context.policy().tables()) {
        String partition = MonthPartitions.name(table.archive(), month);
        if (!context.inspection().partitions().get(table.position()).contains(partition)) {
          made |= MonthPartitions.make(connection, context.policy().name(), month);
        }
      }
    }
    return made;
  }

  /** The statement that takes rows at the places it is given. */
  private static SqlText taking(BatchContext context) {
    Policy policy = context.policy();
    SqlText pick =
        SqlText.load("batch.pick_locked")
            .with("source", policy.source())
            .with("time", policy.time());
    return statement(context, pick);
  }

  private static BatchResult take(
      Connection connection, BatchContext context, SqlText taking, Roots roots)
      throws SQLException {
    Query query = Query.of(connection, taking);
    bindGiven(query, context, roots.months());
    query.bind(array(roots.tids())).bind(Month.EARLIEST, context.job().cutoff());
    return query.one(row -> conserved(row, context.policy()));
  }

  /**
   * Locks the roots that the scan finds, and then their descendants, parents first. Roots that
   * cannot be locked with all their descendants are passed by, and those that would make the batch
   * too large wait.
   *
   * @param most how many rows a batch has at most
   * @param besides how many more rows are picked than a batch has: those that are known to stay
   */
  private static Roots lock(Connection connection, BatchContext context, long most, long besides)
      throws SQLException {
    Policy policy = context.policy();
    SqlText text =
        SqlText.load("batch.lock_roots")
            .with("pick", pick(context, policy.isFamily() || context.inspection().mayLock()))
            .with("archived_time", archivedTime(context))
            .with("row_lock_timeout", SqlText.load("batch.row_lock_timeout"));
    Query query = Query.of(connection, text);
    bindPick(query, context, most + besides);
    List<Root> all = query.list(Root::read);
    List<Month> months = few(all.stream().map(Root::month));
    List<Root> here = all.stream().filter(root -> months.contains(root.month())).toList();
    Found found =
        new Found(
            all.size() - besides,
            all.size() - here.size(),
            all.stream().mapToLong(Root::total).max().orElse(0),
            here.stream().map(Root::at).max(Comparator.naturalOrder()).orElse(null),
            all.stream().mapToLong(Root::block).max().orElse(0),
            most);
    Roots roots = new Roots(found, months, here.stream().map(Root::tid).toList());
    return policy.isFamily() ? withDescendants(connection, context, roots) : roots;
  }

  private static Roots withDescendants(Connection connection, BatchContext context, Roots roots)
      throws SQLException {
    Policy policy = context.policy();
    Map<String, Long> bytes = new HashMap<>();
    Set<String> passedBy = new HashSet<>();
    for (PolicyTable table : policy.descendants()) {
      SqlText descendants =
          SqlText.load("batch.lock_descendants")
              .with("joined", context.inspection().family().withRoot(table, "live"))
              .with("alias", SqlText.alias("live"))
              .with("bytes", storedBytes(context, table, "live"));
      Query.of(connection, descendants)
          .bind(array(roots.tids()), array(roots.tids()))
          .list(
              row -> {
                bytes.merge(row.getString("tid"), row.getLong("bytes"), Long::sum);
                return !row.getBoolean("locked") && passedBy.add(row.getString("tid"));
              });
    }
    List<String> taken = new ArrayList<>();
    long total = 0;
    for (String tid : roots.tids()) {
      if (total >= policy.batchBytes()) {
        break;
      }
      if (!passedBy.contains(tid)) {
        taken.add(tid);
        total += bytes.getOrDefault(tid, 0L);
      }
    }
    long waiting = roots.tids().size() - passedBy.size() - taken.size();
    return new Roots(roots.found().elsewhere(waiting), roots.months(), taken);
  }

  /**
   * @param stuck whether all rows that were found stay: then the next batch goes on behind them,
   *     else it would find the same again
   */
  private static Outcome outcome(
      BatchContext context, Found found, BatchResult result, boolean stuck) {
    boolean full = found.fills(context.policy());
    Scan scan = context.job().requiredScan();
    if (found.elsewhere() > 0 && !stuck) {
      return new Outcome(result, scan, found.picked());
    }
    if (scan instanceof Scan.Index index) {
      OffsetDateTime last = found.lastTime() == null ? index.position() : found.lastTime();
      boolean done = !full && found.elsewhere() == 0;
      return new Outcome(
          result.done(done),
          new Scan.Index(stuck && !done ? last.plus(INSTANT) : last),
          found.picked());
    }
    Scan.Blocks blocks = (Scan.Blocks) scan;
    long end = blockEnd(blocks);
    boolean done = !full && found.elsewhere() == 0 && end >= blocks.end();
    long next = full || found.elsewhere() > 0 ? found.lastBlock() + (stuck ? 1 : 0) : end;
    return new Outcome(result.done(done), new Scan.Blocks(next, blocks.end()), found.picked());
  }

  private static BatchResult conserved(ResultSet row, Policy policy) throws SQLException {
    BatchResult result =
        new BatchResult(
            row.getLong("conserved"),
            row.getLong("archived"),
            row.getLong("deleted"),
            row.getLong("bytes"),
            false);
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
    return result;
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
    query.bind(context.job().id().toString(), array(months.stream().map(Month::firstDay).toList()));
  }

  private static SqlText pick(BatchContext context, boolean locking) {
    SqlText bytes = storedBytes(context, context.policy().root(), "old");
    return SqlText.load("batch.pick").with("rows", rows(context, locking, bytes));
  }

  private static SqlText rows(BatchContext context, boolean locking, SqlText bytes) {
    boolean index = context.job().requiredScan() instanceof Scan.Index;
    return SqlText.load(index ? "batch.pick_by_index" : "batch.pick_by_blocks")
        .with("bytes", bytes)
        .with("source", context.policy().source())
        .with("held", context.inspection().holds().condition("old"))
        .with("lock", SqlText.load(locking ? "batch.passing_by" : "batch.unlocked"))
        .with("time", context.policy().time());
  }

  private static SqlText storedBytes(BatchContext context, PolicyTable table, String alias) {
    return RowSize.stored(alias, context.inspection().tables().get(table.position()).live());
  }

  private static void bindPick(Query query, BatchContext context, long rows) {
    bindRows(query, context, rows);
    query.bind(context.policy().batchBytes());
  }

  private static void bindRows(Query query, BatchContext context, long rows) {
    List<Object> values = new ArrayList<>();
    if (context.job().requiredScan() instanceof Scan.Index index) {
      values.add(index.position());
    } else if (context.job().requiredScan() instanceof Scan.Blocks blocks) {
      values.add(tid(blocks.position()));
      values.add(tid(blockEnd(blocks)));
      values.add(Month.EARLIEST);
    }
    values.add(context.job().cutoff());
    values.add(rows);
    query.bind(values.toArray());
  }

  private static long blockEnd(Scan.Blocks blocks) {
    return Math.min(blocks.end(), blocks.position() + STRIDE);
  }

  private static String tid(long block) {
    return "(" + block + ",0)";
  }

  /** An array as PostgreSQL reads it. */
  private static String array(List<String> values) {
    return values.stream().map(value -> '"' + value + '"').collect(joining(",", "{", "}"));
  }
}
