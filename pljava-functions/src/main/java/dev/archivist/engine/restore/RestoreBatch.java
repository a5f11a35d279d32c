package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.policy.Link;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.TableColumns;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes up to {@code batch_rows} rows of the root, or {@code batch_bytes} bytes of them, out of the
 * archive, with their descendants, and puts them back into the live tables: one statement, in the
 * caller's transaction, which deletes, inserts what it deleted, and takes it off the ledger.
 */
final class RestoreBatch {
  /**
   * A key of the live table is in the way, an exclusion constraint, a foreign key, a check, or a
   * column that may not be null.
   */
  static final Set<String> CONFLICT = Set.of("23505", "23P01", "23503", "23514", "23502");

  /** PL/Java puts its own error in the place of one that a foreign key's query has met. */
  private static final String HIDDEN = "XX000";

  static final Set<String> MAYBE_CONFLICT =
      Stream.concat(CONFLICT.stream(), Stream.of(HIDDEN)).collect(Collectors.toUnmodifiableSet());

  private RestoreBatch() {}

  /**
   * @param picked archived rows of the root that were found
   * @param total their bytes as they are stored
   * @param result what happened to them
   * @param last the newest instant that was taken, null if nobody has to know
   */
  record Outcome(long picked, long total, RestoreResult result, OffsetDateTime last) {
    /** Whether there may be more, because the batch had as many rows or bytes as it may. */
    boolean fills(Policy policy) {
      return picked >= policy.batchRows() || total >= policy.batchBytes();
    }
  }

  /**
   * Runs one batch.
   *
   * @throws ArchiveException {@code ZA042} if a row's key is live already or a constraint refuses
   *     it, {@code ZA007} if other rows arrived than left, {@code ZA008} if the ledger has fewer
   *     rows than the archive; the caller must roll back
   */
  static Outcome run(Connection connection, RestoreContext context) throws SQLException {
    Outcome outcome =
        Savepoints.attempt(
            connection,
            MAYBE_CONFLICT,
            () -> take(connection, context),
            failure -> {
              throw Conflict.of(connection, context, 1);
            });
    settle(connection, context.policy(), context.batch());
    return outcome;
  }

  /** The ledger's oldest and newest may have left with the batch; an empty month leaves it. */
  static void settle(Connection connection, Policy policy, UUID batch) throws SQLException {
    List<SqlText> bounds = new ArrayList<>();
    for (PolicyTable table : policy.tables()) {
      bounds.add(
          SqlText.load("ledger.bounds")
              .with("archive", table.archive())
              .with("time", table.archiveTime())
              .with("position", SqlText.number(table.position())));
    }
    Query.of(
            connection,
            SqlText.load("ledger.settle")
                .with("bounds", SqlText.joined("\n  UNION ALL\n  ", bounds)))
        .bind(batch.toString(), batch.toString())
        .update();
  }

  private static Outcome take(Connection connection, RestoreContext context) throws SQLException {
    Query query = Query.of(connection, statement(context));
    query.bind(context.batch().toString(), context.policy().name());
    query.bind(context.job().id().toString(), "{}");
    query.bind(context.from(), context.to(), context.request().matching());
    query.bind(context.policy().batchRows(), context.policy().batchBytes());
    for (int i = 0; i < context.policy().tables().size(); i++) {
      query.bind(context.from(), context.to());
    }
    return query.one(row -> read(row, context));
  }

  private static SqlText statement(RestoreContext context) {
    List<SqlText> steps = new ArrayList<>();
    List<SqlText> months = new ArrayList<>();
    List<SqlText> gone = new ArrayList<>();
    List<SqlText> back = new ArrayList<>();
    List<SqlText> unchanged = new ArrayList<>();
    for (TableColumns each : context.inspection().tables()) {
      steps.add(gone(each));
      steps.add(back(each));
      months.add(months(context, each));
      gone.add(SqlText.load("batch.count_of").with("rows", name("gone_", each.table())));
      back.add(SqlText.load("batch.count_of").with("rows", name("back_", each.table())));
      unchanged.add(unchanged(context, each));
    }
    return SqlText.load("restore.batch")
        .with("given", SqlText.load("batch.given"))
        .with("archive", context.policy().archive())
        .with("stored_bytes", RowSize.stored("kept", context.inspection().root().archive()))
        .with("time", context.policy().time())
        .with("tables", SqlText.joined(",\n", steps))
        .with("months", SqlText.joined("\n  UNION ALL\n  ", months))
        .with("ledger_taken", SqlText.load("ledger.taken"))
        .with("gone", SqlText.sum(gone))
        .with("back", SqlText.sum(back))
        .with("unchanged", SqlText.joined("\n    AND ", unchanged));
  }

  private static SqlText gone(TableColumns each) {
    PolicyTable table = each.table();
    SqlText columns = SqlText.columns("kept", each.live().names());
    return table.isRoot()
        ? SqlText.load("restore.root_gone")
            .with("archive", table.archive())
            .with("time", table.archiveTime())
            .with("kept_columns", columns)
        : SqlText.load("restore.child_gone")
            .with("gone", name("gone_", table))
            .with("archive", table.archive())
            .with("parent_gone", SqlText.alias("gone_" + table.parent()))
            .with("joined", Link.condition(each.links(), "kept", "parent"))
            .with("kept_columns", columns);
  }

  private static SqlText back(TableColumns each) {
    List<Identifier> written = each.live().written();
    return SqlText.load("restore.back")
        .with("back", name("back_", each.table()))
        .with("source", each.table().source())
        .with("written_columns", SqlText.columns("", written))
        .with("gone_written_columns", SqlText.columns("gone", written))
        .with("gone", name("gone_", each.table()))
        .with("live_columns", SqlText.columns("live", each.live().names()));
  }

  private static SqlText months(RestoreContext context, TableColumns each) {
    Columns content = context.inspection().digested(each.table());
    return SqlText.load("restore.months_gone")
        .with("position", SqlText.number(each.table().position()))
        .with("gone_bytes", RowSize.of("gone", each.live()))
        .with("gone_digest_a", Digest.first("gone", content, each.moved()))
        .with("gone_digest_b", Digest.second("gone", content, each.moved()))
        .with("gone_content_a", Digest.first("gone", content, each.live()))
        .with("gone_content_b", Digest.second("gone", content, each.live()))
        .with("gone", name("gone_", each.table()));
  }

  private static SqlText unchanged(RestoreContext context, TableColumns each) {
    Columns content = context.inspection().digested(each.table());
    return SqlText.load("restore.table_unchanged")
        .with("position", SqlText.number(each.table().position()))
        .with("back_digest_a", Digest.first("back", content, each.live()))
        .with("back_digest_b", Digest.second("back", content, each.live()))
        .with("back", name("back_", each.table()));
  }

  private static SqlText name(String rows, PolicyTable table) {
    return SqlText.alias(rows + table.position());
  }

  private static Outcome read(ResultSet row, RestoreContext context) throws SQLException {
    long picked = row.getLong("picked");
    long gone = row.getLong("gone");
    long back = row.getLong("back");
    if (picked != row.getLong("roots") || gone != back || !row.getBoolean("unchanged")) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          context.policy().name(),
          picked
              + " rows were to go back to "
              + context.policy().source()
              + ", "
              + gone
              + " left the archive and "
              + back
              + " arrived"
              + (row.getBoolean("unchanged") ? "" : ", with other content"),
          "Look for triggers, rules and generated columns of the live table; the batch was undone.");
    }
    if (!row.getBoolean("entered")) {
      throw ledgerTooSmall(context.policy());
    }
    return new Outcome(
        picked,
        row.getLong("total"),
        new RestoreResult(back, 0, row.getLong("bytes"), false),
        null);
  }

  static ArchiveException ledgerTooSmall(Policy policy) {
    return new ArchiveException(
        ArchiveError.LEDGER_DIFFERS,
        policy.name(),
        "the archive of policy \"" + policy.name() + "\" has more rows than its ledger",
        "Run archivist verify to see which month differs; the batch was undone.");
  }
}
