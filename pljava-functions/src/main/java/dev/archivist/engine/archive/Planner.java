package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.policy.Policies;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Computes plans. It only reads: in a read-only transaction it works too. */
public final class Planner {
  private Planner() {}

  /** The plan of a policy at this moment. */
  public static Plan plan(Connection connection, Policy policy) throws SQLException {
    OutputSettings.fix(connection);
    OffsetDateTime cutoff = Policies.cutoff(connection, policy);
    List<Refusal> refusals = Guards.check(connection, policy);
    if (!refusals.isEmpty()) {
      return new Plan(
          policy, cutoff, new Scan.Blocks(0, 0), 0, List.of(), List.of(), refusals, List.of());
    }
    Columns live = Columns.of(connection, policy.source());
    Scan walk = Scan.start(connection, policy);
    Holds holds = Holds.now(connection, policy);
    List<Found> found = look(connection, holds, live, cutoff);
    return new Plan(
        policy,
        cutoff,
        walk,
        found.stream().mapToLong(Found::held).sum(),
        holds.active(),
        found.stream().map(Found::window).filter(window -> window.rows() > 0).toList(),
        refusals,
        warnings(connection, policy, live, cutoff));
  }

  /** A month's old rows: those that would go, and how many are held. */
  private record Found(Window window, long held) {}

  private static List<Found> look(
      Connection connection, Holds holds, Columns live, OffsetDateTime cutoff) throws SQLException {
    Policy policy = holds.policy();
    boolean partitioned = !(policy.kind() instanceof PolicyKind.Offload);
    Set<String> present =
        partitioned ? MonthPartitions.present(connection, policy.archive()) : Set.of();
    SqlText text =
        SqlText.load("plan.windows")
            .with("source", policy.source())
            .with("time", policy.time())
            .with("held", holds.condition("live"))
            .with("bytes", bytes("live", policy, live));
    return Query.of(connection, text)
        .bind(Scan.EARLIEST, cutoff)
        .list(
            row -> {
              Month month = Month.ofFirstDay(row.getString("month"));
              String partition = partitioned ? MonthPartitions.name(policy.archive(), month) : "";
              Window window =
                  new Window(
                      month,
                      month.from(),
                      month.to().isBefore(cutoff) ? month.to() : cutoff,
                      row.getLong("rows"),
                      row.getLong("bytes"),
                      partition,
                      partitioned && !present.contains(partition));
              return new Found(window, row.getLong("held"));
            });
  }

  /** SQL that gives the size of one row in bytes, by which a plan estimates and a run counts. */
  public static SqlText bytes(String alias, Policy policy, Columns live) {
    if (policy.kind() instanceof PolicyKind.Offload offload) {
      return offload
          .size()
          .map(
              size ->
                  SqlText.load("plan.size_recorded")
                      .with("size", SqlText.columns(alias, List.of(size))))
          .orElseGet(() -> SqlText.load("plan.size_unknown"));
    }
    return RowSize.of(alias, live);
  }

  private static List<String> warnings(
      Connection connection, Policy policy, Columns live, OffsetDateTime cutoff)
      throws SQLException {
    List<String> warnings = new ArrayList<>();
    SqlText stray =
        SqlText.load("plan.stray_times")
            .with("source", policy.source())
            .with("time", policy.time());
    Query.of(connection, stray)
        .bind(Scan.EARLIEST)
        .list(
            row ->
                warnings.add(
                    row.getLong("rows")
                        + " rows stay: "
                        + policy.time()
                        + " is "
                        + row.getString("what")));
    if (policy.kind() instanceof PolicyKind.Rollup rollup) {
      warnings.addAll(lostDetail(connection, policy, rollup, live, cutoff));
    }
    return warnings;
  }

  /** Columns beside series, time and value end with the samples; jsonb ones may hold something. */
  private static List<String> lostDetail(
      Connection connection,
      Policy policy,
      PolicyKind.Rollup rollup,
      Columns live,
      OffsetDateTime cutoff)
      throws SQLException {
    List<String> warnings = new ArrayList<>();
    for (Column column : live.list()) {
      if (!column.baseType().equals("jsonb") || rollup.series().contains(column.name())) {
        continue;
      }
      Identifier detail = column.name();
      SqlText text =
          SqlText.load("plan.lost_detail")
              .with("source", policy.source())
              .with("time", policy.time())
              .with("detail", detail);
      long rows = Query.of(connection, text).bind(Scan.EARLIEST, cutoff).one(row -> row.getLong(1));
      if (rows > 0) {
        warnings.add(rows + " samples have " + detail + ", which their daily values will not keep");
      }
    }
    return warnings;
  }
}
