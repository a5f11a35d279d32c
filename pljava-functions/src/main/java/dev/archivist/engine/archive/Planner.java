package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.job.TableLocks;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.policy.TableColumns;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Computes plans. It only reads: in a read-only transaction it works too. */
public final class Planner {
  private Planner() {}

  /** The plan of a policy at this moment. */
  public static Plan plan(Connection connection, Policy policy) throws SQLException {
    OutputSettings.fix(connection);
    OffsetDateTime cutoff = Policies.cutoff(connection, policy);
    TableLocks.keepOthersOut(connection, policy);
    Inspection inspection = Inspection.of(connection, policy);
    List<Refusal> refusals = Guards.refusals(policy, inspection);
    if (!refusals.isEmpty()) {
      return new Plan(
          policy, cutoff, new Scan.Blocks(0, 0), 0, List.of(), List.of(), refusals, List.of());
    }
    Map<Month, Found> found = new TreeMap<>();
    for (TableColumns each : inspection.tables()) {
      look(connection, inspection, each, cutoff)
          .forEach(one -> found.merge(one.month(), one, Found::and));
    }
    List<String> warnings = new ArrayList<>(strayTimes(connection, policy));
    for (TableColumns each : inspection.tables()) {
      warnings.addAll(StricterArchive.warnings(connection, inspection, each, cutoff));
      warnings.addAll(cascades(connection, policy, each.table()));
      warnings.addAll(droppable(connection, each.table()));
    }
    if (policy.kind().files().isEmpty() && !inspection.mayLock()) {
      warnings.add(mayNotLock(policy));
    }
    warnings.addAll(policy.kind().staying(connection, inspection.root(), cutoff));
    warnings.addAll(policy.kind().warnings(connection, policy, inspection.root().live(), cutoff));
    warnings.addAll(
        policy
            .kind()
            .unprofitable(
                found.values().stream().mapToLong(Found::rows).sum(),
                found.values().stream().mapToLong(Found::archived).sum()));
    inspection.code().require(connection);
    return new Plan(
        policy,
        cutoff,
        inspection.scan(),
        found.values().stream().mapToLong(Found::held).sum(),
        inspection.holds().active(),
        found.values().stream()
            .filter(each -> each.rows() > 0)
            .map(each -> window(inspection, each, cutoff))
            .toList(),
        refusals,
        warnings);
  }

  /** Whoever erases a row of another table would think that all has gone that hung on it. */
  private static List<String> cascades(Connection connection, Policy policy, PolicyTable table)
      throws SQLException {
    return Query.named(connection, "plan.cascades")
        .bind(table.source().schema().name(), table.source().table().name(), policy.name())
        .list(
            row ->
                "deleting a row of "
                    + row.getString("parent")
                    + " does not reach archived rows of "
                    + row.getString("live")
                    + ", as foreign key "
                    + row.getString("name")
                    + " does live ones (ON DELETE "
                    + row.getString("action")
                    + "); if they must go too, restore them first: archivist restore --where");
  }

  /** Values of a column go with its type, and no right on the table is asked for that. */
  private static List<String> droppable(Connection connection, PolicyTable table)
      throws SQLException {
    return Query.named(connection, "plan.droppable")
        .bind(table.archive().schema().name(), table.archive().table().name())
        .list(
            row ->
                "role "
                    + row.getString("owner")
                    + " may drop "
                    + row.getString("what")
                    + ", and by CASCADE what "
                    + table.archive()
                    + " has in "
                    + row.getString("columns")
                    + "; let a role own it that nobody works as");
  }

  private static String mayNotLock(Policy policy) {
    return "a batch waits for rows of "
        + policy.source()
        + " that others have locked, instead of passing them by: GRANT UPDATE ("
        + policy.time().sql()
        + ") ON "
        + policy.source().sql()
        + " TO archive_owner, archive_operator;";
  }

  /** A month's old rows: those that would go, and how many are held. */
  private record Found(Month month, long rows, long bytes, long held, long archived) {
    Found and(Found other) {
      return new Found(
          month,
          rows + other.rows,
          bytes + other.bytes,
          held + other.held,
          archived + other.archived);
    }
  }

  private static List<Found> look(
      Connection connection, Inspection inspection, TableColumns each, OffsetDateTime cutoff)
      throws SQLException {
    Policy policy = inspection.holds().policy();
    String alias = each.table().isRoot() ? "root" : "live";
    SqlText archivedTime =
        policy.kind().archivedTime(SqlText.columns("root", List.of(policy.time())));
    SqlText text =
        merging(SqlText.load("plan.windows"), policy.kind().mergedBy(), archivedTime)
            .with("archived_time", archivedTime)
            .with("joined", inspection.family().withRoot(each.table(), alias))
            .with("time", policy.time())
            .with("held", inspection.holds().condition("root"))
            .with("bytes", policy.kind().liveBytes(alias, each.live()));
    return Query.of(connection, text)
        .bind(Month.EARLIEST, cutoff)
        .list(
            row ->
                new Found(
                    Month.ofFirstDay(row.getString("month")),
                    row.getLong("rows"),
                    row.getLong("bytes"),
                    row.getLong("held"),
                    row.getLong("archived")));
  }

  private static SqlText merging(SqlText windows, List<Identifier> series, SqlText archivedTime) {
    if (series.isEmpty()) {
      SqlText nothing = SqlText.load("plan.nothing_merged");
      return windows
          .with("archived", SqlText.load("plan.each_row"))
          .with("merged_columns", nothing)
          .with("merged_by", nothing);
    }
    return windows
        .with("archived", SqlText.load("plan.each_group"))
        .with(
            "merged_columns",
            SqlText.load("plan.merged_columns")
                .with("series", SqlText.columns("root", series))
                .with("start", archivedTime))
        .with(
            "merged_by",
            SqlText.load("plan.merged_by").with("series", SqlText.columns("aged", series)));
  }

  private static Window window(Inspection inspection, Found found, OffsetDateTime cutoff) {
    Policy policy = inspection.holds().policy();
    Month month = found.month();
    boolean partitioned = policy.kind().isPartitioned();
    return new Window(
        month,
        month.from(),
        month.to().isBefore(cutoff) ? month.to() : cutoff,
        found.rows(),
        found.bytes(),
        found.archived(),
        partitioned ? MonthPartitions.name(policy.archive(), month) : "",
        partitioned
            && policy.tables().stream().anyMatch(table -> isMissing(inspection, table, month)));
  }

  private static boolean isMissing(Inspection inspection, PolicyTable table, Month month) {
    return !inspection
        .partitions()
        .get(table.position())
        .contains(MonthPartitions.name(table.archive(), month));
  }

  private static List<String> strayTimes(Connection connection, Policy policy) throws SQLException {
    SqlText stray =
        SqlText.load("plan.stray_times")
            .with("source", policy.source())
            .with("time", policy.time());
    return Query.of(connection, stray)
        .bind(Month.EARLIEST)
        .list(
            row ->
                row.getLong("rows")
                    + " rows stay: "
                    + policy.time()
                    + " is "
                    + row.getString("what"));
  }
}
