package dev.archivist.engine.purge;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.ledger.MonthRows;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Jsonb;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes months that are past their retention out of the archive, each call in the caller's
 * transaction. The steps of a month with a partition:
 *
 * <ol>
 *   <li>{@link #verify}: the month is what the ledger says;
 *   <li>{@link #record}: its entry of the ledger becomes an entry of the bin, {@code detaching};
 *   <li>the caller begins {@code DETACH … CONCURRENTLY}, which cannot run in a transaction;
 *   <li>{@link #finishDetach}, when nobody sees the month in the archive any more;
 *   <li>{@link #bin}: under lock the table is still what the ledger said; it goes to the bin.
 * </ol>
 *
 * Metadata of reports has no partition: {@link #binRows} does it all in one transaction.
 */
public final class Purge {
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd");

  private Purge() {}

  /**
   * A month that is past its retention.
   *
   * @param month the month
   * @param rows its rows, by the ledger
   * @param bytes their size, by the ledger
   * @param heldBy why it has to stay, if it has to
   */
  public record Due(Month month, long rows, long bytes, Optional<String> heldBy) {}

  /**
   * Opens a job that purges.
   *
   * @param options what it was asked for, a JSON object
   * @throws ArchiveException {@code ZA012} if the role is no member of archive_owner, else as
   *     {@link Jobs#begin(Connection, String, Host)}
   */
  public static Job begin(Connection connection, String policy, String options)
      throws SQLException {
    Jobs.requireOwner(connection, policy);
    return Jobs.begin(connection, policy, Host.RUNNER, Action.PURGE, options);
  }

  /** The months that ended more than the policy's keep_for ago, oldest first. */
  public static List<Due> due(Connection connection, Policy policy) throws SQLException {
    Optional<OffsetDateTime> until = Policies.retention(connection, policy);
    if (until.isEmpty()) {
      return List.of();
    }
    SqlText months =
        policy.kind() instanceof PolicyKind.Offload
            ? SqlText.load("purge.months_of_rows")
                .with("archive", policy.archive())
                .with("time", policy.time())
            : SqlText.load("purge.months_of_partitions");
    record Found(Month month, long rows, long bytes) {}
    List<Found> found =
        Query.of(connection, SqlText.load("purge.due").with("months", months))
            .bind(policy.name(), until.get())
            .list(
                row ->
                    new Found(
                        Month.ofFirstDay(row.getString("month")),
                        row.getLong("rows"),
                        row.getLong("bytes")));
    List<Due> due = new ArrayList<>();
    for (Found each : found) {
      due.add(
          new Due(
              each.month(), each.rows(), each.bytes(), heldBy(connection, policy, each.month())));
    }
    return due;
  }

  private static Optional<String> heldBy(Connection connection, Policy policy, Month month)
      throws SQLException {
    return isThere(connection, policy, month)
        ? heldBy(connection, MonthRows.of(policy, month), month)
        : Optional.empty();
  }

  static boolean isThere(Connection connection, Policy policy, Month month) throws SQLException {
    return policy.kind() instanceof PolicyKind.Offload
        || MonthPartitions.present(connection, policy.archive())
            .contains(MonthPartitions.name(policy.archive(), month));
  }

  /** Why the month's rows have to stay, if they have to. */
  static Optional<String> heldBy(Connection connection, MonthRows rows, Month month)
      throws SQLException {
    SqlText text =
        SqlText.load("purge.held").with("table", rows.table()).with("which", rows.which());
    return Query.of(connection, text)
        .bind(rows.policy().id(), month.to(), month.from())
        .bind(rows.values())
        .first(row -> row.getString(1));
  }

  /**
   * Compares a month of the archive with the ledger.
   *
   * @throws ArchiveException {@code ZA008} if they differ
   */
  public static void verify(Connection connection, Policy policy, Month month) throws SQLException {
    MonthSummary ledger = MonthSummary.ofLedger(connection, policy, month);
    if (!isThere(connection, policy, month)) {
      throw new ArchiveException(
          ArchiveError.LEDGER_DIFFERS,
          policy.name(),
          month + " has no partition, but the ledger says " + ledger,
          "archivist verify shows what differs; the month stays as it is.");
    }
    MonthSummary data =
        MonthSummary.of(
            connection,
            MonthRows.archived(policy, month),
            MonthSummary.columns(connection, policy));
    requireSame(policy, month, ledger, data);
  }

  static void requireSame(Policy policy, Month month, MonthSummary ledger, MonthSummary data)
      throws ArchiveException {
    if (!data.equals(ledger)) {
      throw new ArchiveException(
          ArchiveError.LEDGER_DIFFERS,
          policy.name(),
          month + " is not what the ledger says: " + data + " instead of " + ledger,
          "archivist verify shows what differs; the month stays as it is.");
    }
  }

  /**
   * Takes the month off the ledger and puts it down as {@code detaching}.
   *
   * @return empty if the month is held
   */
  public static Optional<BinEntry> record(Connection connection, UUID jobId, Month month)
      throws SQLException {
    Policy policy = Jobs.running(connection, jobId, Action.PURGE).policy();
    Holds.locked(connection, policy);
    if (heldBy(connection, MonthRows.of(policy, month), month).isPresent()) {
      return Optional.empty();
    }
    UUID id = UUID.randomUUID();
    String columns =
        Jsonb.render(
            connection,
            Map.of(
                "columns",
                MonthSummary.columns(connection, policy).names().stream()
                    .map(Identifier::name)
                    .toList()));
    Query.named(connection, "bin.record")
        .bind(id.toString(), policy.name(), month.firstDay(), tableName(policy, month, id))
        .bind(MonthPartitions.name(policy.archive(), month), columns)
        .update();
    return Bin.entry(connection, id);
  }

  /** At most 59 bytes, so that numbered indexes fit too. */
  private static String tableName(Policy policy, Month month, UUID id) {
    String name = policy.name().substring(0, Math.min(30, policy.name().length()));
    return name
        + month.suffix()
        + "_"
        + DAY.format(LocalDate.now(ZoneOffset.UTC))
        + "_"
        + id.toString().substring(0, 8);
  }

  /** Months whose way out of the archive was begun. */
  public static List<BinEntry> unfinished(Connection connection, Policy policy)
      throws SQLException {
    return Bin.entries(connection, policy).stream()
        .filter(entry -> entry.state().equals("detaching"))
        .toList();
  }

  /** Where the entry's table is now. */
  public static BinEntry.Place place(Connection connection, BinEntry entry) throws SQLException {
    return Bin.entry(connection, entry.id()).map(BinEntry::place).orElse(BinEntry.Place.NOWHERE);
  }

  /**
   * Finishes a detachment.
   *
   * @throws SQLException {@code 55P03} while somebody sees the month in the archive
   */
  public static void finishDetach(Connection connection, UUID jobId, BinEntry entry)
      throws SQLException {
    Job job = Jobs.running(connection, jobId);
    Query.named(connection, "purge.finish_detach")
        .bind(job.policy().name(), entry.month().firstDay())
        .one(row -> row.getBoolean(1));
  }

  /**
   * Takes the detached table to the bin, if it is what the ledger said.
   *
   * @throws ArchiveException {@code ZA008} if it is not; it stays {@code detaching}
   */
  public static void bin(Connection connection, UUID jobId, BinEntry entry) throws SQLException {
    Job job = Jobs.running(connection, jobId, Action.PURGE);
    Bin.requireUnchanged(connection, job.policy(), entry);
    if (place(connection, entry) == BinEntry.Place.DETACHED) {
      Query.named(connection, "bin.move").bind(entry.id().toString()).one(row -> true);
    }
    Bin.binned(connection, entry);
    count(connection, jobId, entry);
  }

  /**
   * Takes a month's rows out of an archive without partitions into a table of the bin, and takes
   * note of their objects.
   *
   * @return empty if the month is held
   * @throws ArchiveException {@code ZA008} if the rows are not what the ledger says; the caller
   *     must roll back
   */
  public static Optional<BinEntry> binRows(Connection connection, UUID jobId, Month month)
      throws SQLException {
    Optional<BinEntry> recorded = record(connection, jobId, month);
    if (recorded.isEmpty()) {
      return recorded;
    }
    BinEntry entry = recorded.get();
    Policy policy = Jobs.running(connection, jobId).policy();
    SqlText make =
        SqlText.load("bin.make_table")
            .with("table", entry.table())
            .with("archive", policy.archive());
    Query.of(connection, make).update();
    Query.of(connection, SqlText.load("bin.own_table").with("table", entry.table())).update();
    MonthRows rows = MonthRows.archived(policy, month);
    SqlText take =
        SqlText.load("bin.take_rows")
            .with("archive", policy.archive())
            .with("table", entry.table())
            .with("which", rows.which());
    Query.of(connection, take)
        .bind(rows.values())
        .bind(entry.id().toString())
        .one(row -> row.getLong("binned"));
    bin(connection, jobId, Bin.entry(connection, entry.id()).orElseThrow());
    return Bin.entry(connection, entry.id());
  }

  static void count(Connection connection, UUID jobId, BinEntry entry) throws SQLException {
    Query.named(connection, "job.count")
        .bind(entry.content().rows(), 0L, 0L, 0L)
        .bind(true, jobId.toString())
        .update();
  }
}
