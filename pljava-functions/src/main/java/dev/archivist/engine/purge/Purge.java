package dev.archivist.engine.purge;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.Host;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.ledger.MonthRows;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.report.ReportObjects;
import dev.archivist.engine.sql.Identifier;
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
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Takes months that are past their retention out of the archive, each call in the caller's
 * transaction. The steps of a month with partitions:
 *
 * <ol>
 *   <li>{@link #verify}: the month is what the ledger says;
 *   <li>{@link #record}: its entries of the ledger become an entry of the bin, {@code detaching};
 *   <li>for each of its tables the caller begins {@code DETACH … CONCURRENTLY}, which cannot run in
 *       a transaction;
 *   <li>{@link #finishDetach}, when nobody sees the month in the archive any more;
 *   <li>{@link #bin}: under lock the tables are still what the ledger said; they go to the bin.
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
   * @throws ArchiveException {@code ZA012} if the role is no member of archive_owner, {@code ZA001}
   *     if another session holds the policy, {@code ZA002} if there is no such policy
   */
  public static Job begin(Connection connection, String policyName, String options)
      throws SQLException {
    Jobs.requireOwner(connection, policyName);
    Policy policy = Policies.named(connection, policyName);
    Jobs.take(connection, policy);
    return Jobs.open(connection, policy, Host.RUNNER, Action.PURGE, options, Optional.empty());
  }

  /** The months that ended more than the policy's keep_for ago, oldest first. */
  public static List<Due> due(Connection connection, Policy policy) throws SQLException {
    Optional<OffsetDateTime> until = Policies.retention(connection, policy);
    if (until.isEmpty()) {
      return List.of();
    }
    Inspection.trusted(connection, policy);
    SqlText months =
        policy.kind().isPartitioned()
            ? SqlText.load("purge.months_of_partitions")
            : SqlText.load("purge.months_of_rows")
                .with("archive", policy.archive())
                .with("time", policy.time());
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
      if (!policy.kind().endOf(each.month()).isAfter(until.get())) {
        due.add(
            new Due(
                each.month(), each.rows(), each.bytes(), heldBy(connection, policy, each.month())));
      }
    }
    return due;
  }

  private static Optional<String> heldBy(Connection connection, Policy policy, Month month)
      throws SQLException {
    return isThere(connection, policy, month)
        ? heldInArchive(connection, policy, month)
        : Optional.empty();
  }

  static boolean isThere(Connection connection, Policy policy, Month month) throws SQLException {
    return !policy.kind().isPartitioned()
        || MonthPartitions.present(connection, policy.archive())
            .contains(MonthPartitions.name(policy.archive(), month));
  }

  private static Optional<String> heldInArchive(Connection connection, Policy policy, Month month)
      throws SQLException {
    Optional<String> held = Optional.empty();
    for (PolicyTable table : policy.tables()) {
      if (held.isEmpty()) {
        held = heldBy(connection, MonthRows.of(policy, table, month), table, month);
      }
    }
    return held;
  }

  /** Why the month's rows have to stay, if they have to. */
  static Optional<String> heldBy(
      Connection connection, MonthRows rows, PolicyTable table, Month month) throws SQLException {
    SqlText text =
        SqlText.load("purge.held")
            .with("table", rows.table())
            .with("position", SqlText.number(table.position()))
            .with("which", rows.which());
    return Query.of(connection, text)
        .bind(rows.policy().id(), rows.policy().kind().endOf(month), month.from())
        .bind(rows.values())
        .first(row -> row.getString(1));
  }

  /**
   * Compares a month of the archive with the ledger, all its tables.
   *
   * @throws ArchiveException {@code ZA008} if they differ, {@code ZA004} if columns are not what
   *     they were when the rows came
   */
  public static void verify(Connection connection, UUID jobId, Month month) throws SQLException {
    Policy policy = Jobs.running(connection, jobId, Action.PURGE).policy();
    Inspection inspection = Inspection.unchanged(connection, policy);
    for (PolicyTable table : policy.tables()) {
      boolean there = isThere(inspection, table, month);
      MonthSummary.Compared compared =
          MonthSummary.withLedger(
              connection,
              there ? MonthRows.archived(policy, table, month) : MonthRows.of(policy, table, month),
              table,
              month,
              inspection.digested(table));
      if (!there && compared.ledger().rows() > 0) {
        throw new ArchiveException(
            ArchiveError.LEDGER_DIFFERS,
            policy.name(),
            month
                + " has no partition of "
                + table.archive()
                + ", but the ledger has an entry for it",
            "archivist verify shows what differs; the month stays as it is.");
      }
      requireSame(policy, month, compared.ledger(), compared.data());
    }
  }

  /** A table that joined the family later has no partitions for earlier months. */
  private static boolean isThere(Inspection inspection, PolicyTable table, Month month) {
    return !inspection.holds().policy().kind().isPartitioned()
        || inspection
            .partitions()
            .get(table.position())
            .contains(MonthPartitions.name(table.archive(), month));
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
   * Takes the month off the ledger and records it as {@code detaching}.
   *
   * @return empty if the month is held
   */
  public static Optional<BinEntry> record(Connection connection, UUID jobId, Month month)
      throws SQLException {
    Policy policy = Jobs.runningWithHolds(connection, jobId, Action.PURGE).policy();
    return record(connection, policy, month);
  }

  private static Optional<BinEntry> record(Connection connection, Policy policy, Month month)
      throws SQLException {
    Inspection inspection = Inspection.trusted(connection, policy);
    if (!inspection.holds().active().isEmpty()
        && heldInArchive(connection, policy, month).isPresent()) {
      return Optional.empty();
    }
    UUID id = UUID.randomUUID();
    List<PolicyTable> leaving =
        policy.tables().stream().filter(table -> isThere(inspection, table, month)).toList();
    List<SqlText> tables = new ArrayList<>();
    leaving.forEach(any -> tables.add(SqlText.load("bin.recorded_table")));
    Query query =
        Query.of(
                connection,
                SqlText.load("bin.record")
                    .with("tables", SqlText.joined("\n  UNION ALL SELECT ", tables)))
            .bind(id.toString(), policy.name(), month.firstDay());
    for (PolicyTable table : leaving) {
      query.bind(
          table.position(),
          tableName(policy, table, month, id),
          MonthPartitions.name(table.archive(), month),
          array(inspection.digested(table).names()));
    }
    List<BinEntry.Table> recorded =
        query.list(
            row ->
                Bin.table(
                    row,
                    BinEntry.Place.ATTACHED,
                    inspection.digested(policy.tables().get(row.getInt("position"))).names()));
    return Optional.of(
        new BinEntry(
            id,
            policy.name(),
            month,
            "detaching",
            BinEntry.Place.ATTACHED,
            recorded.stream()
                .sorted(java.util.Comparator.comparingInt(BinEntry.Table::position))
                .toList(),
            null,
            null,
            false));
  }

  /** An array of texts as PostgreSQL reads it. */
  private static String array(List<Identifier> names) {
    return names.stream()
        .map(Identifier::name)
        .map(name -> "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** At most 59 bytes, so that numbered indexes fit too. */
  private static String tableName(Policy policy, PolicyTable table, Month month, UUID id) {
    String own = table.isRoot() ? "" : "_" + table.position();
    int length = Math.min(30 - own.length(), policy.name().length());
    return policy.name().substring(0, length)
        + own
        + month.suffix()
        + "_"
        + DAY.format(LocalDate.now(ZoneOffset.UTC))
        + "_"
        + id.toString().substring(0, 8);
  }

  /** Months whose way out of the archive was begun. */
  public static List<BinEntry> unfinished(Connection connection, Policy policy)
      throws SQLException {
    List<BinEntry> unfinished =
        Bin.entries(connection, policy).stream()
            .filter(entry -> entry.state().equals("detaching"))
            .toList();
    if (!unfinished.isEmpty()) {
      Inspection.trusted(connection, policy);
    }
    return unfinished;
  }

  /**
   * Finishes the detachment of one of the month's tables.
   *
   * @throws SQLException {@code 55P03} while a transaction sees the month in the archive
   */
  public static void finishDetach(
      Connection connection, UUID jobId, BinEntry entry, BinEntry.Table table) throws SQLException {
    Job job = Jobs.running(connection, jobId, Action.PURGE);
    Query.named(connection, "purge.finish_detach")
        .bind(job.policy().name(), entry.month().firstDay(), table.position())
        .one(row -> row.getBoolean(1));
  }

  /**
   * Takes the detached tables to the bin, if they are what the ledger said.
   *
   * @throws ArchiveException {@code ZA008} if one is not; the month stays {@code detaching}
   */
  public static void bin(Connection connection, UUID jobId, BinEntry entry) throws SQLException {
    Job job = Jobs.running(connection, jobId, Action.PURGE);
    bin(connection, job, entry);
  }

  private static void bin(Connection connection, Job job, BinEntry entry) throws SQLException {
    Bin.requireUnchanged(connection, job.policy(), entry);
    Query.of(connection, SqlText.load("bin.binned").with("count", SqlText.load("bin.count")))
        .bind(entry.id().toString(), entry.id().toString())
        .bind(entry.id().toString(), job.id().toString())
        .update();
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
    Job job = Jobs.runningWithHolds(connection, jobId, Action.PURGE);
    Optional<BinEntry> recorded = record(connection, job.policy(), month);
    if (recorded.isEmpty()) {
      return recorded;
    }
    BinEntry entry = recorded.get();
    Policy policy = job.policy();
    BinEntry.Table table = entry.tables().get(0);
    SqlText make =
        SqlText.load("bin.make_table")
            .with("table", table.name())
            .with("archive", policy.archive());
    Query.of(connection, make).update();
    Query.of(connection, SqlText.load("bin.own_table").with("table", table.name())).update();
    MonthRows rows = MonthRows.archived(policy, policy.root(), month);
    SqlText taking =
        policy.kind().files().isPresent()
            ? SqlText.load("bin.take_reports").with("is_own", ReportObjects.isOwn(policy, "gone"))
            : SqlText.load("bin.take_rows");
    SqlText take =
        taking
            .with("archive", policy.archive())
            .with("table", table.name())
            .with("which", rows.which());
    Query query = Query.of(connection, take).bind(rows.values());
    if (policy.kind().files().isPresent()) {
      query.bind(entry.id().toString());
    }
    query.one(row -> row.getLong("binned"));
    bin(connection, job, Bin.entry(connection, entry.id()).orElseThrow());
    return Bin.entry(connection, entry.id());
  }
}
