package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.policy.TableColumns;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what would make a run unsafe, before anything is touched. */
public final class Guards {
  /** What columns are called that only statements have. */
  private static final String OURS = "archivist_";

  private Guards() {}

  /** Every reason against running this policy now; none means go. */
  public static List<Refusal> check(Connection connection, Policy policy) throws SQLException {
    return refusals(policy, Inspection.of(connection, policy));
  }

  /** As {@link #check}, of what is known already. */
  static List<Refusal> refusals(Policy policy, Inspection inspection) {
    List<Refusal> refusals = new ArrayList<>(inspection.distrusted());
    refusals.addAll(inspection.changedColumns());
    refusals.addAll(inspection.refusals());
    for (TableColumns columns : inspection.tables()) {
      if (!columns.live().list().isEmpty() && !columns.archive().list().isEmpty()) {
        refusals.addAll(of(policy, columns));
      }
    }
    return refusals;
  }

  private static List<Refusal> of(Policy policy, TableColumns columns) {
    PolicyTable table = columns.table();
    List<Refusal> refusals = new ArrayList<>();
    if (table.isRoot()) {
      timeColumn(table.source(), policy.time(), columns.live()).ifPresent(refusals::add);
    }
    timeColumn(table.archive(), table.archiveTime(), columns.archive()).ifPresent(refusals::add);
    for (Identifier name : PolicyKind.STAMPS) {
      if (columns.archive().named(name).isEmpty()) {
        refusals.add(
            new Refusal(
                table.archive() + " has no column " + name,
                "each archived row says when and by which batch it came",
                "Add the column to the archive table."));
      }
    }
    taken(columns).forEach(refusals::add);
    refusals.addAll(policy.kind().refusals(columns));
    return refusals;
  }

  private static Optional<Refusal> timeColumn(
      QualifiedName table, Identifier time, Columns columns) {
    return columns.named(time).filter(column -> column.baseType().equals("timestamptz")).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                table + " has no timestamptz column " + time,
                "rows age by an instant, and a timestamp without time zone is not one",
                time.equals(PolicyTable.ROOT_TIME)
                    ? "Add the column to the archive table, NOT NULL and part of its primary key."
                    : "Name a timestamptz column in archive.policies.time_column."));
  }

  /** A live column whose name the archive needs for a stamp of its own, or a statement of ours. */
  private static Stream<Refusal> taken(TableColumns columns) {
    return columns.live().list().stream()
        .map(Column::name)
        .filter(
            name ->
                PolicyKind.STAMPS.contains(name)
                    || name.equals(PolicyTable.ROOT_TIME)
                    || name.name().startsWith(OURS))
        .map(
            name ->
                new Refusal(
                    columns.table().source() + " has a column " + name,
                    "archived_at, archive_batch_id, archived_root_time and what begins with "
                        + OURS
                        + " are the program's own names",
                    "ALTER TABLE "
                        + columns.table().source().sql()
                        + " RENAME COLUMN "
                        + name.sql()
                        + " TO …;"));
  }
}
