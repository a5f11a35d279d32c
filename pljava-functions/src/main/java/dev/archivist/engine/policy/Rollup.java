package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.RowSize;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Samples become one value per series and UTC day.
 *
 * @param series the columns that name a series
 * @param value the sampled value
 */
public record Rollup(List<Identifier> series, Identifier value) implements PolicyKind {
  public Rollup {
    series = List.copyOf(series);
    if (series.isEmpty()) {
      throw new IllegalArgumentException("a roll-up needs columns that name a series");
    }
  }

  static Rollup of(KindSettings settings) {
    return new Rollup(settings.columns("series"), settings.requiredColumn("value"));
  }

  @Override
  public String label() {
    return "rollup";
  }

  @Override
  public boolean isPartitioned() {
    return true;
  }

  @Override
  public boolean changesArchivedRows() {
    return true;
  }

  @Override
  public boolean takesFamilies() {
    return false;
  }

  @Override
  public Optional<FileColumns> files() {
    return Optional.empty();
  }

  /** Only whole days are rolled up. */
  @Override
  public String cutoffUnit() {
    return "day";
  }

  /** All that a daily value says is content, so none is left out of copies. */
  @Override
  public List<Identifier> addedColumns() {
    return List.of();
  }

  /**
   * Which batch wrote a daily value last is part of it: batches change each other's values, so
   * there is no sum of a batch's own that could show it.
   */
  @Override
  public Columns digested(Columns live, Columns archive) {
    return archive.without(List.of(ARCHIVED_AT));
  }

  @Override
  public SqlText liveBytes(String alias, Columns live) {
    return RowSize.of(alias, live);
  }

  @Override
  public SqlText archivedBytes(String alias, Columns content) {
    return RowSize.of(alias, content.without(STAMPS));
  }

  @Override
  public SqlText sourceRows(String alias) {
    return SqlText.load("verify.samples_merged").with("alias", SqlText.alias(alias));
  }

  @Override
  public SqlText conserved(Policy policy, Columns live) {
    return SqlText.load("content.samples")
        .with("value", value)
        .with("live", policy.source())
        .with("archive", policy.archive());
  }

  @Override
  public List<Refusal> refusals(TableColumns columns) {
    List<Refusal> refusals = new ArrayList<>();
    PolicyTable table = columns.table();
    List<Identifier> used = new ArrayList<>(series);
    used.add(value);
    for (Identifier name : used) {
      Column column = columns.live().named(name).orElse(null);
      Column kept = columns.archive().named(name).orElse(null);
      if (column == null || kept == null || !column.type().equals(kept.type())) {
        refusals.add(
            new Refusal(
                "column " + name + " is not the same in " + table.source() + " and the archive",
                "daily values could not be merged",
                "Give both tables the column, with one type."));
      } else if (column.nullable()) {
        refusals.add(
            new Refusal(
                "column " + name + " of " + table.source() + " may be null",
                "a series without a name cannot be merged exactly, and a missing value is not a sample",
                "ALTER TABLE "
                    + table.source().sql()
                    + " ALTER COLUMN "
                    + name.sql()
                    + " SET NOT NULL;"));
      }
    }
    return refusals;
  }

  /** Columns beside series, time and value end with the samples; jsonb ones may hold something. */
  @Override
  public List<String> warnings(
      Connection connection, Policy policy, Columns live, OffsetDateTime cutoff)
      throws SQLException {
    List<String> warnings = new ArrayList<>();
    for (Column column : live.list()) {
      if (!column.baseType().equals("jsonb") || series.contains(column.name())) {
        continue;
      }
      SqlText text =
          SqlText.load("plan.lost_detail")
              .with("source", policy.source())
              .with("time", policy.time())
              .with("detail", column.name());
      long rows =
          Query.of(connection, text).bind(Month.EARLIEST, cutoff).one(row -> row.getLong(1));
      if (rows > 0) {
        warnings.add(
            rows + " samples have " + column.name() + ", which their daily values will not keep");
      }
    }
    return warnings;
  }

  @Override
  public SqlText batch(List<TableColumns> family) {
    TableColumns root = family.get(0);
    Identifier time = root.table().archiveTime();
    Columns daily = digested(root.live(), root.archive());
    List<Identifier> key = new ArrayList<>(series);
    key.add(time);
    return SqlText.load("batch.rollup")
        .with("source", root.table().source())
        .with("archive", root.table().archive())
        .with("time", time)
        .with("live_columns", SqlText.columns("live", root.live().names()))
        .with("month_is_there", Move.monthIsThere("live", time))
        .with("picked_month_is_there", Move.monthIsThere("picked", new Identifier("at")))
        .with("ledger_entry", SqlText.load("ledger.entry"))
        .with("source_bytes", liveBytes("gone", root.live()))
        .with("series", SqlText.columns("", series))
        .with("gone_series", SqlText.columns("gone", series))
        .with("key", SqlText.columns("", key))
        .with("grouped_series", SqlText.columns("grouped", series))
        .with("same_series", root.archive().only(series).equal("kept", "grouped"))
        .with("value", value)
        .with("daily_columns", SqlText.columns("kept", daily.names()))
        .with("merged_bytes", archivedBytes("merged", daily))
        .with("before_bytes", archivedBytes("before", daily))
        .with("merged_digest_a", Digest.first("merged", daily))
        .with("merged_digest_b", Digest.second("merged", daily))
        .with("before_digest_a", Digest.first("before", daily))
        .with("before_digest_b", Digest.second("before", daily));
  }

  @Override
  public List<Step> steps(Policy policy, Month month, long rows, String partition) {
    return List.of(
        new Step(
            "postgresql",
            "SELECT * FROM archive.run_batch(job)",
            "roll " + rows + " rows of " + month + " up to daily values in " + partition));
  }

  @Override
  public Optional<Refusal> againstRestore(Policy policy, boolean copied) {
    return copied
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                "policy \"" + policy.name() + "\" rolls samples up",
                "the samples are gone, and daily values are not samples",
                "Restore the daily values with --into another table."));
  }
}
