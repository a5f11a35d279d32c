package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Keys;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what would make a restore unsafe, before anything is touched. */
public final class RestoreGuards {
  private RestoreGuards() {}

  /** Every reason against this restore now; none means go. */
  public static List<Refusal> check(Connection connection, Policy policy, RestoreRequest request)
      throws SQLException {
    Set<Refusal> refusals = new LinkedHashSet<>();
    policy.kind().againstRestore(policy, request.into().isPresent()).ifPresent(refusals::add);
    if (policy.isFamily()) {
      refusals.addAll(unlinked(Inspection.of(connection, policy)));
    }
    for (PolicyTable table : policy.tables()) {
      QualifiedName target = request.target(table);
      refusals.addAll(inCatalogue(connection, policy, table, request));
      if (refusals.isEmpty()) {
        Columns archive = Columns.of(connection, table.archive());
        Columns columns = Columns.of(connection, target);
        refusals.addAll(
            request.into().isPresent()
                ? copied(connection, policy, request, archive, columns)
                : moved(policy, table, archive, columns));
      }
    }
    return List.copyOf(refusals);
  }

  private static List<Refusal> unlinked(Inspection inspection) {
    return inspection.tables().stream()
        .filter(each -> !each.table().isRoot() && each.links().isEmpty())
        .map(
            each ->
                new Refusal(
                    "rows of " + each.table().source() + " cannot be found by those of its parent",
                    "a root would come back without them",
                    "archivist plan says what is amiss with the columns that join them."))
        .toList();
  }

  private static List<Refusal> inCatalogue(
      Connection connection, Policy policy, PolicyTable table, RestoreRequest request)
      throws SQLException {
    QualifiedName archive = table.archive();
    QualifiedName target = request.target(table);
    SqlText text =
        SqlText.load("restore.guards")
            .with("changed_column", SqlText.load("catalog.changed_column"))
            .with("changed_columns", SqlText.load("catalog.changed_columns"));
    return Query.of(connection, text)
        .bind(archive.schema().name(), archive.table().name())
        .bind(target.schema().name(), target.table().name())
        .bind(request.into().isPresent(), policy.name(), request.from(), request.to())
        .list(row -> new Refusal(row.getString(1), row.getString(2), row.getString(3)));
  }

  /** Both tables must have the same columns, but for what only an archive has. */
  private static List<Refusal> moved(
      Policy policy, PolicyTable table, Columns archive, Columns live) {
    Columns content = CopyBatch.ownColumns(policy, archive).without(List.of(PolicyTable.ROOT_TIME));
    List<Refusal> refusals = new ArrayList<>();
    for (Column column : content.list()) {
      refusals.addAll(fits(column, live, table.source(), true));
    }
    for (Column column : live.list()) {
      if (archive.named(column.name()).isEmpty()) {
        refusals.add(
            new Refusal(
                table.source() + " has a column " + column.name() + " that the archive lacks",
                "archived rows have no value for it",
                "ALTER TABLE "
                    + table.archive().sql()
                    + " ADD COLUMN "
                    + column.name().sql()
                    + " "
                    + column.type()
                    + "; or restore with --into."));
      }
    }
    return refusals;
  }

  private static List<Refusal> fits(
      Column column, Columns target, QualifiedName table, boolean mayBeGenerated) {
    Column there = target.named(column.name()).orElse(null);
    if (there == null) {
      return List.of(
          new Refusal(
              table + " has no column " + column.name(),
              "archived values would be lost",
              "ALTER TABLE "
                  + table.sql()
                  + " ADD COLUMN "
                  + column.name().sql()
                  + " "
                  + column.type()
                  + "; or restore into a table that is not there yet."));
    }
    if (!there.type().equals(column.type()) || there.generated() && !mayBeGenerated) {
      return List.of(
          new Refusal(
              "column "
                  + column.name()
                  + " is "
                  + column.type()
                  + " in the archive but "
                  + (there.generated() ? "generated " : "")
                  + there.type()
                  + " in "
                  + table,
              "its values might change on the way",
              "Give the column the same type, or restore into a table that is not there yet."));
    }
    return List.of();
  }

  /**
   * A copy can be repeated where a key tells what is there already: one whose columns the archive's
   * primary key has.
   */
  private static List<Refusal> copied(
      Connection connection, Policy policy, RestoreRequest request, Columns archive, Columns target)
      throws SQLException {
    List<Refusal> refusals = new ArrayList<>();
    if (Keys.primary(connection, policy.archive()).isEmpty()) {
      refusals.add(
          new Refusal(
              policy.archive() + " has no primary key",
              "a copy could not be told from the row that it is a copy of",
              "ALTER TABLE " + policy.archive().sql() + " ADD PRIMARY KEY (…)."));
    }
    if (target.list().isEmpty()) {
      return refusals;
    }
    QualifiedName table = request.target(policy.root());
    Columns content = CopyBatch.ownColumns(policy, archive);
    for (Column column : content.list()) {
      refusals.addAll(fits(column, target, table, false));
    }
    Set<Identifier> names = Set.copyOf(content.names());
    for (Column column : target.list()) {
      if (!names.contains(column.name()) && !column.nullable() && !column.hasDefault()) {
        refusals.add(
            new Refusal(
                "column " + column.name() + " of " + table + " must have a value",
                "archived rows have none for it",
                "Let it be null, give it a default, or restore into another table."));
      }
    }
    if (refusals.isEmpty() && Keys.shared(connection, policy.archive(), table).isEmpty()) {
      refusals.add(
          new Refusal(
              table + " has no unique key on columns of the archive's primary key",
              "a copy that is repeated would write rows twice",
              "ALTER TABLE "
                  + table.sql()
                  + " ADD UNIQUE ("
                  + Keys.primary(connection, policy.archive()).stream()
                      .map(Identifier::sql)
                      .collect(Collectors.joining(", "))
                  + ")."));
    }
    return refusals;
  }
}
