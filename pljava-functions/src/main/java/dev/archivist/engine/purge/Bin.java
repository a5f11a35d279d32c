package dev.archivist.engine.purge;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.ledger.MonthRows;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
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
    SqlText text =
        SqlText.load("bin.entries")
            .with("clock", SqlText.load("policy.clock"))
            .with("which", SqlText.load(which));
    return Query.of(connection, text).bind(value).list(Bin::read);
  }

  private static BinEntry read(ResultSet row) throws SQLException {
    return new BinEntry(
        UUID.fromString(row.getString("id")),
        row.getString("policy"),
        Month.ofFirstDay(row.getString("month")),
        QualifiedName.of(SCHEMA, row.getString("table_name")),
        row.getString("partition_name"),
        row.getString("state"),
        BinEntry.Place.valueOf(row.getString("place").toUpperCase(Locale.ROOT)),
        MonthSummary.read(row),
        row.getObject("binned_at", OffsetDateTime.class),
        row.getObject("drop_after", OffsetDateTime.class),
        row.getBoolean("due"));
  }

  /** Why the entry must not be dropped, if it must not. */
  public static Optional<String> heldBy(Connection connection, Policy policy, BinEntry entry)
      throws SQLException {
    Jobs.requireOwner(connection, policy.name());
    return entry.place() == BinEntry.Place.NOWHERE
        ? Optional.empty()
        : Purge.heldBy(connection, MonthRows.all(policy, table(policy, entry)), entry.month());
  }

  /**
   * Drops the entry's table. Objects of its reports become stray.
   *
   * @return false if it is held
   * @throws ArchiveException {@code ZA008} if the table is not what it was when it came; it stays
   */
  public static boolean drop(Connection connection, UUID jobId, BinEntry entry)
      throws SQLException {
    Policy policy = Jobs.running(connection, jobId, Action.PURGE).policy();
    Holds.locked(connection, policy);
    if (heldBy(connection, policy, entry).isPresent()) {
      return false;
    }
    requireUnchanged(connection, policy, entry);
    Query.named(connection, "bin.objects_stray")
        .bind(entry.id().toString(), policy.name())
        .update();
    Query.of(connection, SqlText.load("bin.drop").with("table", entry.table())).update();
    Query.named(connection, "bin.dropped").bind(entry.id().toString()).update();
    Purge.count(connection, jobId, entry);
    return true;
  }

  /**
   * Takes the entry's month back into the archive and into the ledger, and holds it for 30 days. If
   * the archive has a partition for that month again, the rows go there. Columns that the archive
   * has gained are null in the month's rows, where they may be.
   *
   * @throws ArchiveException {@code ZA008} if the table is not what it was when it came, {@code
   *     ZA004} if the archive was changed so that the month does not fit, {@code ZA042} if the
   *     archive has rows of the same key; nothing is changed then
   */
  public static void restore(Connection connection, UUID jobId, BinEntry entry)
      throws SQLException {
    Policy policy = Jobs.running(connection, jobId, Action.PURGE).policy();
    // Taken by the hold that is made in the end; the order of locks wants it before the tables.
    Query.named(connection, "hold.lock_alone").bind(policy.id()).one(row -> row.getBoolean(1));
    requireUnchanged(connection, policy, entry);
    boolean changed =
        Query.named(connection, "bin.fit")
            .bind(entry.id().toString())
            .one(row -> row.getBoolean(1));
    List<Identifier> digested = MonthSummary.columns(connection, policy).names();
    if (changed || !digested.equals(content(connection, entry))) {
      requireSameWith(connection, policy, entry, digested);
    }
    boolean partitioned = !(policy.kind() instanceof PolicyKind.Offload);
    String partition = MonthPartitions.name(policy.archive(), entry.month());
    if (partitioned && !MonthPartitions.present(connection, policy.archive()).contains(partition)) {
      Query.named(connection, "bin.attach").bind(entry.id().toString()).one(row -> true);
    } else {
      insert(connection, policy, entry);
    }
    Query.named(connection, "bin.objects_return").bind(entry.id().toString()).update();
    Query.named(connection, "bin.return").bind(entry.id().toString()).one(row -> row.getLong(1));
    hold(connection, policy, entry);
    Purge.count(connection, jobId, entry);
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
    SqlText hold = SqlText.load("bin.hold").with("clock", SqlText.load("policy.clock"));
    Query.of(connection, hold)
        .bind(policy.name(), entry.month().from(), entry.month().to())
        .bind("restored from the bin: " + entry.id())
        .one(row -> row.getString(1));
  }

  /**
   * From now on the ledger's digest is over the columns that the archive has by now. It stays right
   * where those that it has gained are null, and the others have the order that they had.
   */
  private static void requireSameWith(
      Connection connection, Policy policy, BinEntry entry, List<Identifier> digested)
      throws SQLException {
    MonthSummary content = contentOf(connection, policy, entry, digested);
    if (!content.equals(entry.content())) {
      throw new ArchiveException(
          ArchiveError.POLICY_REFUSED,
          policy.name(),
          entry.month()
              + " would not be what the ledger says with the columns that "
              + policy.archive()
              + " has by now: "
              + content
              + " instead of "
              + entry.content(),
          "Let columns that are new be null in old rows (ALTER COLUMN … DROP NOT NULL), give others"
              + " the type and the order that they had, and restore again; or take what you need out"
              + " of the month's table by SQL. Nothing was changed.");
    }
  }

  private static void insert(Connection connection, Policy policy, BinEntry entry)
      throws SQLException {
    QualifiedName table = table(policy, entry);
    List<Identifier> computed =
        Columns.of(connection, policy.archive()).list().stream()
            .filter(Column::generated)
            .map(Column::name)
            .toList();
    List<Identifier> names = Columns.of(connection, table).without(computed).names();
    SqlText insert =
        SqlText.load("bin.insert")
            .with("archive", policy.archive())
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
    if (inserted.get() != entry.content().rows()) {
      throw new ArchiveException(
          ArchiveError.BATCH_NOT_CONSERVED,
          policy.name(),
          inserted.get() + " of " + entry.content().rows() + " rows arrived in " + policy.archive(),
          "Look for triggers or rules on the archive table that drop rows; it was undone.");
    }
    Query.of(connection, SqlText.load("bin.drop").with("table", table)).update();
  }

  /**
   * Compares the entry's table with what the ledger said, and lets nobody change it until the
   * transaction ends.
   */
  static void requireUnchanged(Connection connection, Policy policy, BinEntry entry)
      throws SQLException {
    if (entry.place() == BinEntry.Place.NOWHERE) {
      throw new ArchiveException(
          ArchiveError.LEDGER_DIFFERS,
          policy.name(),
          "the table of " + entry.month() + " is gone: " + entry.table(),
          "Somebody dropped or renamed it; see the runbook on purging.");
    }
    QualifiedName table = table(policy, entry);
    Query.of(connection, SqlText.load("bin.lock").with("table", table)).update();
    Purge.requireSame(
        policy,
        entry.month(),
        entry.content(),
        contentOf(connection, policy, entry, content(connection, entry)));
  }

  private static MonthSummary contentOf(
      Connection connection, Policy policy, BinEntry entry, List<Identifier> columns)
      throws SQLException {
    QualifiedName table = table(policy, entry);
    return MonthSummary.of(
        connection, MonthRows.all(policy, table), Columns.of(connection, table).only(columns));
  }

  private static List<Identifier> content(Connection connection, BinEntry entry)
      throws SQLException {
    return Query.named(connection, "bin.content")
        .bind(entry.id().toString())
        .list(row -> new Identifier(row.getString(1)));
  }

  /** The table under the name that it has now. */
  private static QualifiedName table(Policy policy, BinEntry entry) {
    return entry.place() == BinEntry.Place.BIN
        ? entry.table()
        : QualifiedName.of(policy.archive().schema().name(), entry.partition());
  }

  static void binned(Connection connection, BinEntry entry) throws SQLException {
    SqlText text = SqlText.load("bin.binned").with("clock", SqlText.load("policy.clock"));
    Query.of(connection, text).bind(entry.id().toString()).update();
  }
}
