package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows go to the archive's month partitions, unchanged, and their descendants with them. */
public record Move() implements PolicyKind {
  @Override
  public String label() {
    return "move";
  }

  @Override
  public boolean isPartitioned() {
    return true;
  }

  @Override
  public boolean changesArchivedRows() {
    return false;
  }

  @Override
  public boolean takesFamilies() {
    return true;
  }

  @Override
  public Optional<FileColumns> files() {
    return Optional.empty();
  }

  @Override
  public String cutoffUnit() {
    return "microseconds";
  }

  @Override
  public List<Identifier> addedColumns() {
    return List.of();
  }

  /**
   * Those that a row has or had in the live table: what the archive fills by itself is none of
   * them. As it was when rows came, so it stays, so that older months keep their digests.
   */
  @Override
  public Columns digested(TableColumns columns) {
    return new Columns(
        columns.archive().without(STAMPS).list().stream()
            .filter(
                column ->
                    !columns.table().isRoot() && column.name().equals(PolicyTable.ROOT_TIME)
                        || columns
                            .digestedBefore()
                            .getOrDefault(
                                column.name(), isLive(columns, column) || !isFilled(column)))
            .toList());
  }

  private static boolean isLive(TableColumns columns, Column column) {
    return columns.live().named(column.name()).isPresent();
  }

  private static boolean isFilled(Column column) {
    return column.hasDefault() || column.generated();
  }

  @Override
  public SqlText liveBytes(String alias, Columns live) {
    return RowSize.of(alias, live);
  }

  /** As {@link #liveBytes}, so without what a row has in the archive alone. */
  @Override
  public SqlText archivedBytes(String alias, Columns content) {
    return RowSize.of(alias, content.without(List.of(PolicyTable.ROOT_TIME)));
  }

  @Override
  public SqlText sourceRows(String alias) {
    return SqlText.number(1);
  }

  @Override
  public List<Refusal> refusals(TableColumns columns) {
    List<Refusal> refusals = new ArrayList<>(MatchingColumns.refusals(columns));
    refusals.addAll(withoutValue(columns));
    refusals.addAll(filledBefore(columns));
    return refusals;
  }

  /** Columns that the archive has filled by itself, and that rows would bring along from now on. */
  private static List<Refusal> filledBefore(TableColumns columns) {
    return columns.archive().list().stream()
        .filter(column -> isLive(columns, column))
        .filter(column -> !columns.digestedBefore().getOrDefault(column.name(), true))
        .map(
            column ->
                new Refusal(
                    columns.table().source()
                        + " has a column "
                        + column.name()
                        + " now, which "
                        + columns.table().archive()
                        + " filled by itself when rows came",
                    "no digest covers it, so nobody would see if its values changed",
                    "ALTER TABLE "
                        + columns.table().archive().sql()
                        + " RENAME COLUMN "
                        + column.name().sql()
                        + " TO …, accept that with archive.accept_columns, and run the plan"
                        + " again: it says what to add."))
        .toList();
  }

  /** Columns of the archive that nothing fills and that may not be empty. */
  private List<Refusal> withoutValue(TableColumns columns) {
    List<Refusal> refusals = new ArrayList<>();
    String archive = columns.table().archive().sql();
    Columns lost = lost(columns);
    for (Column column : columns.archive().without(STAMPS).list()) {
      if (!column.nullable()
          && (!column.hasDefault() || lost.named(column.name()).isPresent())
          && !isLive(columns, column)
          && !column.name().equals(PolicyTable.ROOT_TIME)) {
        refusals.add(
            new Refusal(
                "column "
                    + column.name()
                    + " of "
                    + columns.table().archive()
                    + " must have a value",
                "the live table has none for it",
                "ALTER TABLE "
                    + archive
                    + " ALTER COLUMN "
                    + column.name().sql()
                    + " DROP NOT NULL"
                    + (column.hasDefault() ? "." : ", or give the column a default.")));
      }
    }
    return refusals;
  }

  /** Columns that rows no longer bring along, and that the digest covers; they are null now. */
  private Columns lost(TableColumns columns) {
    return digested(columns).without(columns.moved().names());
  }

  @Override
  public List<String> warnings(
      Connection connection, Policy policy, Columns live, OffsetDateTime cutoff) {
    return List.of();
  }

  @Override
  public SqlText batch(List<TableColumns> family) {
    List<SqlText> steps = new ArrayList<>();
    List<SqlText> months = new ArrayList<>();
    List<SqlText> gone = new ArrayList<>();
    List<SqlText> kept = new ArrayList<>();
    for (TableColumns each : family) {
      steps.add(gone(each));
      steps.add(kept(each));
      months.add(months(each));
      gone.add(countOf("gone_", each));
      kept.add(countOf("kept_", each));
    }
    return SqlText.load("batch.move")
        .with("tables", SqlText.joined(",\n", steps))
        .with("months", SqlText.joined("\n  UNION ALL\n  ", months))
        .with("ledger_entry", SqlText.load("ledger.entry"))
        .with(
            "picked_month_is_there",
            monthIsThere(SqlText.columns("picked", List.of(new Identifier("at")))))
        .with("deleted", SqlText.sum(gone))
        .with("archived", SqlText.sum(kept));
  }

  static SqlText monthIsThere(SqlText archivedTime) {
    return SqlText.load("batch.month_is_there").with("at", archivedTime);
  }

  private static SqlText gone(TableColumns each) {
    PolicyTable table = each.table();
    SqlText columns = SqlText.columns("live", each.live().names());
    return table.isRoot()
        ? SqlText.load("batch.root_gone")
            .with("source", table.source())
            .with("time", table.archiveTime())
            .with(
                "month_is_there",
                monthIsThere(SqlText.columns("live", List.of(table.archiveTime()))))
            .with("live_columns", columns)
        : SqlText.load("batch.child_gone")
            .with("gone", name("gone_", table))
            .with("source", table.source())
            .with("parent_gone", SqlText.alias("gone_" + table.parent()))
            .with("joined", Link.condition(each.links(), "live", "parent"))
            .with("live_columns", columns);
  }

  private SqlText kept(TableColumns each) {
    List<Identifier> columns = new ArrayList<>(each.live().names());
    List<SqlText> values = new ArrayList<>();
    columns.forEach(column -> values.add(SqlText.columns("gone", List.of(column))));
    for (Identifier lost : lost(each).names()) {
      columns.add(lost);
      values.add(SqlText.load("batch.none"));
    }
    if (!each.table().isRoot()) {
      columns.add(PolicyTable.ROOT_TIME);
      values.add(SqlText.columns("gone", List.of(PolicyTable.ROOT_TIME)));
    }
    return SqlText.load("batch.kept")
        .with("kept", name("kept_", each.table()))
        .with("archive", each.table().archive())
        .with("columns", SqlText.columns("", columns))
        .with("gone_columns", SqlText.join(values))
        .with("gone", name("gone_", each.table()));
  }

  private SqlText months(TableColumns each) {
    Columns content = digested(each);
    return SqlText.load("batch.months")
        .with("position", SqlText.number(each.table().position()))
        .with("source_bytes", liveBytes("gone", each.live()))
        .with("digest_a", Digest.first("gone", content, each.moved()))
        .with("digest_b", Digest.second("gone", content, each.moved()))
        .with("gone", name("gone_", each.table()));
  }

  private static SqlText countOf(String rows, TableColumns each) {
    return SqlText.load("batch.count_of").with("rows", name(rows, each.table()));
  }

  private static SqlText name(String rows, PolicyTable table) {
    return SqlText.alias(rows + table.position());
  }

  @Override
  public List<Step> steps(Policy policy, Month month, long rows, String partition) {
    return List.of(
        new Step(
            "postgresql",
            "SELECT * FROM archive.run_batch(job)",
            "move " + rows + " rows of " + month + " to " + partition));
  }

  @Override
  public Optional<Refusal> againstRestore(Policy policy, boolean copied) {
    return copied && policy.isFamily()
        ? Optional.of(
            new Refusal(
                "policy \"" + policy.name() + "\" has several tables",
                "a copy of its root's rows would be without their descendants",
                "Restore without --into: the family comes back to its live tables."))
        : Optional.empty();
  }
}
