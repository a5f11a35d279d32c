package dev.archivist.engine.purge;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.ledger.MonthRows;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Months that left the archive and wait to be dropped. Each call works in the caller's transaction,
 * for a job that {@link Purge#begin} opened.
 */
public final class Bin {
  private static final String SCHEMA = "archive_bin";
  private static final String UNIQUE_VIOLATION = "23505";

  private Bin() {}

  /** What a policy has in the bin, and what is on its way there. */
  public static List<BinEntry> entries(Connection connection, Policy policy) throws SQLException {
    return entries(connection, "bin.which_policy", policy.name());
  }

  /** The entry of this id, if it is in the bin or on its way there. */
  public static Optional<BinEntry> entry(Connection connection, UUID id) throws SQLException {
    return entries(connection, "bin.which_id", id.toString()).stream().findFirst();
  }

  private static List<BinEntry> entries(Connection connection, String which, String value)
      throws SQLException {
    SqlText text = SqlText.load("bin.entries").with("which", SqlText.load(which));
    Map<UUID, BinEntry> found = new LinkedHashMap<>();
    Query.of(connection, text)
        .bind(value)
        .list(row -> found.merge(UUID.fromString(row.getString("id")), read(row), Bin::and));
    return List.copyOf(found.values());
  }

  /** The same entry with another of its tables, or another column of the last one. */
  private static BinEntry and(BinEntry entry, BinEntry next) {
    List<BinEntry.Table> tables = new ArrayList<>(entry.tables());
    BinEntry.Table last = tables.get(tables.size() - 1);
    BinEntry.Table more = next.tables().get(0);
    if (last.position() == more.position()) {
      List<Identifier> content = new ArrayList<>(last.content());
      content.addAll(more.content());
      tables.set(
          tables.size() - 1,
          new BinEntry.Table(
              last.position(),
              last.name(),
              last.partition(),
              last.place(),
              last.summary(),
              content));
    } else {
      tables.add(more);
    }
    return new BinEntry(
        entry.id(),
        entry.policy(),
        entry.month(),
        entry.state(),
        entry.place(),
        tables,
        entry.binnedAt(),
        entry.dropAfter(),
        entry.due());
  }

  private static BinEntry read(ResultSet row) throws SQLException {
    String column = row.getString("column_name");
    return new BinEntry(
        UUID.fromString(row.getString("id")),
        row.getString("policy"),
        Month.ofFirstDay(row.getString("month")),
        row.getString("state"),
        place(row.getString("place")),
        List.of(
            table(
                row,
                place(row.getString("table_place")),
                column == null ? List.of() : List.of(new Identifier(column)))),
        row.getObject("binned_at", OffsetDateTime.class),
        row.getObject("drop_after", OffsetDateTime.class),
        row.getBoolean("due"));
  }

  static BinEntry.Table table(ResultSet row, BinEntry.Place place, List<Identifier> content)
      throws SQLException {
    return new BinEntry.Table(
        row.getInt("position"),
        QualifiedName.of(SCHEMA, row.getString("table_name")),
        row.getString("partition_name"),
        place,
        MonthSummary.read(row),
        content);
  }

  private static BinEntry.Place place(String name) {
    return BinEntry.Place.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Why the entry must not be dropped, if it must not. */
  public static Optional<String> heldBy(Connection connection, Policy policy, BinEntry entry)
      throws SQLException {
    Jobs.requireOwner(connection, policy.name());
    return held(connection, policy, entry);
  }

  private static Optional<String> held(Connection connection, Policy policy, BinEntry entry)
      throws SQLException {
    Inspection.trusted(connection, policy);
    Optional<String> held = Optional.empty();
    for (BinEntry.Table table : entry.tables()) {
      if (held.isEmpty() && table.place() != BinEntry.Place.NOWHERE) {
        PolicyTable of = policy.tables().get(table.position());
        held =
            Purge.heldBy(
                connection, MonthRows.all(policy, of, now(policy, table)), of, entry.month());
      }
    }
    return held;
  }

  /**
   * Drops the entry's tables. Objects of its reports become stray.
   *
   * @return false if it is held
   * @throws ArchiveException {@code ZA008} if a table is not what it was when it came; all stay
   */
  public static boolean drop(Connection connection, UUID jobId, BinEntry entry)
      throws SQLException {
    Job job = Jobs.runningWithHolds(connection, jobId, Action.PURGE);
    if (heldBy(connection, job.policy(), entry).isPresent()) {
      return false;
    }
    requireUnchanged(connection, job.policy(), entry);
    for (BinEntry.Table table : entry.tables()) {
      Query.of(connection, SqlText.load("bin.drop").with("table", table.name())).update();
    }
    Query.named(connection, "bin.dropped")
        .bind(entry.id().toString(), job.policy().name(), entry.id().toString())
        .update();
    count(connection, job, entry);
    return true;
  }

  private static void count(Connection connection, Job job, BinEntry entry) throws SQLException {
    Query.named(connection, "bin.count").bind(entry.id().toString(), job.id().toString()).update();
  }

  /**
   * Takes the entry's month back into the archive and into the ledger, and holds it for 30 days. If
   * the archive has partitions for that month again, the rows go there. Columns that the archive
   * has gained are null in the month's rows, where they may be.
   *
   * @throws ArchiveException {@code ZA008} if a table is not what it was when it came, {@code
   *     ZA004} if the archive was changed so that the month does not fit, {@code ZA042} if the
   *     archive has rows of the same key; nothing is changed then
   */
  public static void restore(Connection connection, UUID jobId, BinEntry entry)
      throws SQLException {
    Job job = Jobs.running(connection, jobId, Action.PURGE);
    Policy policy = job.policy();
    // Taken by the hold that is made in the end; the order of locks wants it before the tables.
    Query.named(connection, "hold.lock_alone").bind(policy.id()).one(row -> row.getBoolean(1));
    requireUnchanged(connection, policy, entry);
    boolean changed =
        Query.named(connection, "bin.fit")
            .bind(entry.id().toString())
            .one(row -> row.getBoolean(1));
    Inspection inspection = Inspection.trusted(connection, policy);
    for (BinEntry.Table table : entry.tables()) {
      List<Identifier> digested = digested(inspection, table);
      if (changed || !digested.equals(table.content())) {
        requireSameWith(connection, policy, entry, table, digested);
      }
    }
    if (policy.kind().isPartitioned() && !isThereAgain(inspection, entry)) {
      Query.named(connection, "bin.attach").bind(entry.id().toString()).one(row -> true);
    } else {
      insert(connection, policy, entry);
    }
    Query.of(connection, SqlText.load("bin.return").with("count", SqlText.load("bin.count")))
        .bind(entry.id().toString(), entry.id().toString(), job.id().toString())
        .update();
    hold(connection, policy, entry);
  }

  private static List<Identifier> digested(Inspection inspection, BinEntry.Table table) {
    return inspection.digested(inspection.tables().get(table.position()).table()).names();
  }

  /** Rows that came late have made the month's partitions again. */
  private static boolean isThereAgain(Inspection inspection, BinEntry entry) {
    return entry.tables().stream()
        .anyMatch(
            table -> inspection.partitions().get(table.position()).contains(table.partition()));
  }

  /**
   * Ends the restore of an entry that is gone since it was asked for. A month that never left the
   * archive ({@link Jobs#keepAttached}) is held for 30 days, as one that came back.
   *
   * @throws ArchiveException {@code ZA043} if it was dropped or restored meanwhile
   */
  public static void holdKept(Connection connection, UUID jobId, BinEntry entry)
      throws SQLException {
    Policy policy = Jobs.running(connection, jobId, Action.PURGE).policy();
    Optional<String> end =
        Query.named(connection, "bin.state")
            .bind(entry.id().toString())
            .first(row -> row.getString(1));
    if (end.isPresent() || !Purge.isThere(connection, policy, entry.month())) {
      throw new ArchiveException(
          ArchiveError.BIN_UNKNOWN,
          policy.name(),
          "entry " + entry.id() + " of the bin was " + end.orElse("taken away") + " meanwhile",
          "archivist bin list shows what is there.");
    }
    hold(connection, policy, entry);
  }

  private static void hold(Connection connection, Policy policy, BinEntry entry)
      throws SQLException {
    Query.named(connection, "bin.hold")
        .bind(policy.name(), entry.month().from(), entry.month().to())
        .bind("restored from the bin: " + entry.id())
        .one(row -> row.getString(1));
  }

  /**
   * From now on the ledger's digest is over the columns that the archive has by now. It stays right
   * where those that it has gained are null, and the others have the order that they had.
   */
  private static void requireSameWith(
      Connection connection,
      Policy policy,
      BinEntry entry,
      BinEntry.Table table,
      List<Identifier> digested)
      throws SQLException {
    MonthSummary data = summary(connection, policy, table, digested);
    if (!data.equals(table.summary())) {
      throw new ArchiveException(
          ArchiveError.POLICY_REFUSED,
          policy.name(),
          entry.month()
              + " would not be what the ledger says with the columns that "
              + policy.tables().get(table.position()).archive()
              + " has by now: "
              + data
              + " instead of "
              + table.summary(),
          "Let columns that are new be null in old rows (ALTER COLUMN … DROP NOT NULL), give others"
              + " the type and the order that they had, and restore again; or take what you need out"
              + " of the month's table by SQL. Nothing was changed.");
    }
  }

  private static void insert(Connection connection, Policy policy, BinEntry entry)
      throws SQLException {
    for (BinEntry.Table table : entry.tables()) {
      insert(connection, policy, entry, table);
    }
  }

  private static void insert(
      Connection connection, Policy policy, BinEntry entry, BinEntry.Table from)
      throws SQLException {
    QualifiedName archive = policy.tables().get(from.position()).archive();
    QualifiedName table = now(policy, from);
    List<Identifier> computed =
        Columns.of(connection, archive).list().stream()
            .filter(Column::generated)
            .map(Column::name)
            .toList();
    List<Identifier> names = Columns.of(connection, table).without(computed).names();
    SqlText insert =
        SqlText.load("bin.insert")
            .with("archive", archive)
            .with("table", table)
            .with("columns", SqlText.columns("", names))
            .with("values", SqlText.columns("kept", names));
    Optional<Integer> inserted =
        Savepoints.attempt(
            connection, UNIQUE_VIOLATION, () -> Query.of(connection, insert).update());
    if (inserted.isEmpty()) {
      throw new ArchiveException(
          ArchiveError.RESTORE_CONFLICT,
          policy.name(),
          "the archive has rows of "
              + entry.month()
              + " again with keys that "
              + table
              + " has too",
          "Nothing was changed; take what you need out of that table by SQL.");
    }
    if (inserted.get() != from.summary().rows()) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          policy.name(),
          inserted.get() + " of " + from.summary().rows() + " rows arrived in " + archive,
          "Look for triggers or rules on the archive table that drop rows; it was undone.");
    }
    Query.of(connection, SqlText.load("bin.drop").with("table", table)).update();
  }

  /**
   * Compares the entry's tables with what the ledger said, and lets nobody change them until the
   * transaction ends.
   */
  static void requireUnchanged(Connection connection, Policy policy, BinEntry entry)
      throws SQLException {
    List<SqlText> tables = new ArrayList<>();
    for (BinEntry.Table table : entry.tables()) {
      if (table.place() == BinEntry.Place.NOWHERE) {
        throw new ArchiveException(
            ArchiveError.LEDGER_DIFFERS,
            policy.name(),
            "the table of " + entry.month() + " is gone: " + table.name(),
            "It was dropped or renamed; see the runbook on purging.");
      }
      tables.add(SqlText.load("lock.only").with("table", now(policy, table)));
    }
    Query.of(connection, SqlText.load("bin.lock").with("tables", SqlText.join(tables))).update();
    for (BinEntry.Table table : entry.tables()) {
      Purge.requireSame(
          policy,
          entry.month(),
          table.summary(),
          summary(connection, policy, table, table.content()));
    }
  }

  private static MonthSummary summary(
      Connection connection, Policy policy, BinEntry.Table table, List<Identifier> columns)
      throws SQLException {
    QualifiedName now = now(policy, table);
    return MonthSummary.of(
        connection,
        MonthRows.all(policy, policy.tables().get(table.position()), now),
        Columns.of(connection, now).only(columns));
  }

  /** The table under the name that it has now. */
  private static QualifiedName now(Policy policy, BinEntry.Table table) {
    return table.place() == BinEntry.Place.BIN
        ? table.name()
        : QualifiedName.of(
            policy.tables().get(table.position()).archive().schema().name(), table.partition());
  }
}
