package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds what would make a run unsafe, before anything is touched. */
public final class Guards {
  /** Columns that the archive has on top of the live table's; {@code archive_batch_id} is one. */
  private static final List<String> ARCHIVE_ONLY = List.of("archived_at", "archive_batch_id");

  private Guards() {}

  /** Every reason against running this policy now; none means go. */
  public static List<Refusal> check(Connection connection, Policy policy) throws SQLException {
    List<Refusal> refusals = new ArrayList<>();
    refusals.addAll(inCatalogue(connection, policy));
    Columns live = Columns.of(connection, policy.source());
    Columns archive = Columns.of(connection, policy.archive());
    if (live.list().isEmpty() || archive.list().isEmpty()) {
      return refusals;
    }
    refusals.addAll(timeColumn(policy.source(), policy.time(), live));
    refusals.addAll(timeColumn(policy.archive(), policy.time(), archive));
    refusals.addAll(archiveOnly(policy, archive));
    refusals.addAll(
        policy.kind() instanceof PolicyKind.Rollup rollup
            ? series(policy, rollup, live, archive)
            : matching(policy, live, archive));
    if (policy.kind() instanceof PolicyKind.Move) {
      refusals.addAll(withoutValue(policy, live, archive));
    }
    return refusals;
  }

  private static List<Refusal> inCatalogue(Connection connection, Policy policy)
      throws SQLException {
    QualifiedName source = policy.source();
    QualifiedName archive = policy.archive();
    return Query.named(connection, "plan.guards")
        .bind(source.schema().name(), source.table().name())
        .bind(archive.schema().name(), archive.table().name())
        .bind(policy.kind().label(), policy.time().name())
        .list(row -> new Refusal(row.getString(1), row.getString(2), row.getString(3)));
  }

  private static List<Refusal> timeColumn(QualifiedName table, Identifier time, Columns columns) {
    return columns
        .named(time)
        .filter(column -> column.baseType().equals("timestamptz"))
        .map(column -> List.<Refusal>of())
        .orElseGet(
            () ->
                List.of(
                    new Refusal(
                        table + " has no timestamptz column " + time,
                        "rows age by an instant, and a stamp without zone is none",
                        "Name a timestamptz column in archive.policies.time_column.")));
  }

  private static List<Refusal> archiveOnly(Policy policy, Columns archive) {
    List<Refusal> refusals = new ArrayList<>();
    for (String name : ARCHIVE_ONLY) {
      if (archive.named(new Identifier(name)).isEmpty()) {
        refusals.add(
            new Refusal(
                policy.archive() + " has no column " + name,
                "each archived row says when and by which batch it came",
                "Add the column to the archive table."));
      }
    }
    return refusals;
  }

  private static List<Refusal> matching(Policy policy, Columns live, Columns archive) {
    List<Refusal> refusals = new ArrayList<>();
    for (Column column : live.list()) {
      Column kept = archive.named(column.name()).orElse(null);
      if (kept == null) {
        refusals.add(
            new Refusal(
                policy.source() + " has a column " + column.name() + " that the archive lacks",
                "its values would be lost",
                "ALTER TABLE "
                    + policy.archive().sql()
                    + " ADD COLUMN "
                    + column.name().sql()
                    + " "
                    + column.type()
                    + "; and run the plan again."));
      } else if (!kept.type().equals(column.type()) || kept.generated()) {
        refusals.add(
            new Refusal(
                "column "
                    + column.name()
                    + " is "
                    + column.type()
                    + " in "
                    + policy.source()
                    + " but "
                    + (kept.generated() ? "generated " : "")
                    + kept.type()
                    + " in the archive",
                "its values might change on the way",
                "Give the column the same type in both tables."));
      }
    }
    return refusals;
  }

  /** Columns of the archive that nothing fills and that may not be empty. */
  private static List<Refusal> withoutValue(Policy policy, Columns live, Columns archive) {
    List<Refusal> refusals = new ArrayList<>();
    for (Column column : archive.list()) {
      if (!column.nullable()
          && !column.hasDefault()
          && live.named(column.name()).isEmpty()
          && !ARCHIVE_ONLY.contains(column.name().name())) {
        refusals.add(
            new Refusal(
                "column " + column.name() + " of " + policy.archive() + " must have a value",
                "the live table has none for it",
                "ALTER TABLE "
                    + policy.archive().sql()
                    + " ALTER COLUMN "
                    + column.name().sql()
                    + " DROP NOT NULL, or give the column a default."));
      }
    }
    return refusals;
  }

  private static List<Refusal> series(
      Policy policy, PolicyKind.Rollup rollup, Columns live, Columns archive) {
    List<Refusal> refusals = new ArrayList<>();
    List<Identifier> used = new ArrayList<>(rollup.series());
    used.add(rollup.value());
    for (Identifier name : used) {
      Column column = live.named(name).orElse(null);
      Column kept = archive.named(name).orElse(null);
      if (column == null || kept == null || !column.type().equals(kept.type())) {
        refusals.add(
            new Refusal(
                "column " + name + " is not the same in " + policy.source() + " and the archive",
                "daily values could not be merged",
                "Give both tables the column, with one type."));
      } else if (column.nullable()) {
        refusals.add(
            new Refusal(
                "column " + name + " of " + policy.source() + " may be null",
                "a series without a name cannot be merged exactly, and a missing value is no sample",
                "ALTER TABLE "
                    + policy.source().sql()
                    + " ALTER COLUMN "
                    + name.sql()
                    + " SET NOT NULL;"));
      }
    }
    return refusals;
  }
}
