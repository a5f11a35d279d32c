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
import java.time.DayOfWeek;
import java.time.OffsetDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Samples become one value per series and period.
 *
 * @param series the columns that name a series
 * @param value the sampled value
 * @param period how long a value's time is
 */
public record Rollup(List<Identifier> series, Identifier value, RollupPeriod period)
    implements PolicyKind {
  /** What a value has besides, and the type of what has one of its own. */
  private static final Map<Identifier, String> COLUMNS = columns();

  public Rollup {
    series = List.copyOf(series);
    if (series.isEmpty()) {
      throw new IllegalArgumentException("a roll-up needs columns that name a series");
    }
  }

  static Rollup of(KindSettings settings) {
    return new Rollup(
        settings.columns("series"),
        settings.requiredColumn("value"),
        RollupPeriod.named(settings.text("period").orElse("day")));
  }

  private static Map<Identifier, String> columns() {
    Map<Identifier, String> columns = new LinkedHashMap<>();
    columns.put(new Identifier("sample_count"), "integer");
    columns.put(SampledValue.SUM, "numeric");
    columns.put(new Identifier("is_aggregated"), "boolean NOT NULL DEFAULT false");
    columns.put(new Identifier("aggregation_period"), "text");
    return columns;
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

  /** Only whole periods are rolled up. */
  @Override
  public String cutoffUnit() {
    return period.unit();
  }

  /** A value has the time at which its period starts. */
  @Override
  public SqlText archivedTime(SqlText time) {
    return period.start(time);
  }

  /** The last week of a month may end in the next one. */
  @Override
  public OffsetDateTime endOf(Month month) {
    return period == RollupPeriod.WEEK
        ? month.to().with(TemporalAdjusters.nextOrSame(DayOfWeek.MONDAY))
        : month.to();
  }

  @Override
  public List<Identifier> mergedBy() {
    return series;
  }

  /** All that a value says is content, so none is left out of copies. */
  @Override
  public List<Identifier> addedColumns() {
    return List.of();
  }

  /**
   * Which batch wrote a value last is part of it: batches change each other's values, so there is
   * no sum of a batch's own that could show it.
   */
  @Override
  public Columns digested(TableColumns columns) {
    return columns.archive().without(List.of(ARCHIVED_AT));
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
    SampledValue sampled = new SampledValue(live.named(value).orElseThrow());
    return SqlText.load("content.samples")
        .with("is_finite", isFinite(sampled.number("live")))
        .with("number", sampled.number("live"))
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
                "values could not be merged",
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
    columns
        .live()
        .named(value)
        .map(SampledValue::new)
        .ifPresent(
            sampled -> {
              refusals.addAll(missing(columns, sampled));
              refusals.addAll(sampled.refusals(table, columns.archive()));
            });
    return refusals;
  }

  private static List<Refusal> missing(TableColumns columns, SampledValue sampled) {
    Map<Identifier, String> needed = new LinkedHashMap<>(COLUMNS);
    SampledValue.EXTREMES.forEach(extreme -> needed.put(extreme, sampled.live().type()));
    List<Refusal> refusals = new ArrayList<>();
    needed.forEach(
        (name, type) -> {
          if (columns.archive().named(name).isEmpty()) {
            refusals.add(
                new Refusal(
                    columns.table().archive() + " has no column " + name,
                    "a value without it could not take up samples that come late",
                    addColumn(columns.table(), name, type)));
          }
        });
    return refusals;
  }

  private static String addColumn(PolicyTable table, Identifier name, String type) {
    return "ALTER TABLE " + table.archive().sql() + " ADD COLUMN " + name.sql() + " " + type + ";";
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
            rows
                + " samples have "
                + column.name()
                + ", which their "
                + period.adjective()
                + " values will not keep");
      }
    }
    return warnings;
  }

  /** Samples that are no finite numbers, where the archive has no column that counts them. */
  @Override
  public List<String> staying(Connection connection, TableColumns root, OffsetDateTime cutoff)
      throws SQLException {
    SampledValue sampled = new SampledValue(root.live().named(value).orElseThrow());
    List<SampledValue.Other> uncounted = sampled.uncounted(root.archive());
    if (uncounted.isEmpty()) {
      return List.of();
    }
    SqlText text =
        SqlText.load("rollup.uncounted")
            .with("number", sampled.number("live"))
            .with("source", root.table().source())
            .with("time", root.table().archiveTime());
    return Query.of(connection, text)
        .bind(Month.EARLIEST, cutoff)
        .one(
            row -> {
              List<String> warnings = new ArrayList<>();
              for (SampledValue.Other other : uncounted) {
                long samples = row.getLong(other.ordinal() + 1);
                if (samples > 0) {
                  warnings.add(
                      samples
                          + " samples stay: "
                          + value
                          + " is "
                          + other.text
                          + ", and "
                          + root.table().archive()
                          + " has no column that counts such; "
                          + addColumn(root.table(), other.count(), "integer"));
                }
              }
              return warnings;
            });
  }

  /** A value has about twice a sample's columns, so it is worth it only from two samples on. */
  @Override
  public List<String> unprofitable(long rows, long archived) {
    return rows == 0 || archived * 2 <= rows
        ? List.of()
        : List.of(
            rows
                + " samples become "
                + archived
                + " "
                + period.adjective()
                + " values, each larger than a sample, so no room is saved; "
                + (period == RollupPeriod.MONTH
                    ? "kind move keeps the samples as they are"
                    : "set a longer period, or let kind move keep the samples as they are"));
  }

  private static SqlText isFinite(SqlText number) {
    return SqlText.load("rollup.is_finite").with("number", number);
  }

  @Override
  public SqlText batch(List<TableColumns> family) {
    TableColumns root = family.get(0);
    Identifier time = root.table().archiveTime();
    Columns kept = digested(root);
    SampledValue sampled = new SampledValue(root.live().named(value).orElseThrow());
    List<SampledValue.Other> counted = SampledValue.counted(root.archive());
    List<Identifier> key = new ArrayList<>(series);
    key.add(time);
    return SqlText.load("batch.rollup")
        .with("source", root.table().source())
        .with("archive", root.table().archive())
        .with("time", time)
        .with("live_columns", SqlText.columns("live", root.live().names()))
        .with("month_is_there", Move.monthIsThere(start("live", time)))
        .with("picked_month_is_there", Move.monthIsThere(start("picked", new Identifier("at"))))
        .with("ledger_entry", SqlText.load("ledger.entry"))
        .with("source_bytes", liveBytes("gone", root.live()))
        .with("series", SqlText.columns("", series))
        .with("gone_series", SqlText.columns("gone", series))
        .with("measured_series", SqlText.columns("measured", series))
        .with("period_start", start("gone", time))
        .with("number", sampled.countedNumber("gone", root.archive()))
        .with("is_finite", isFinite(SqlText.alias("archivist_number")))
        .with("key", SqlText.columns("", key))
        .with("grouped_series", SqlText.columns("grouped", series))
        .with("same_series", root.archive().only(series).equal("kept", "grouped"))
        .with("value", value)
        .with("period", SqlText.load("rollup." + period.adjective()))
        .with("average", sampled.average(SqlText.load("rollup.sum"), SqlText.load("rollup.finite")))
        .with(
            "merged_average",
            sampled.average(
                SqlText.load("rollup.merged_sum"),
                SqlText.load("rollup.merged_finite")
                    .with("others", each(counted, "rollup.merged_others"))))
        .with("counts", each(counted, "rollup.column_of_count"))
        .with(
            "grouped_counts",
            SqlText.joined(
                "",
                counted.stream()
                    .map(
                        other ->
                            SqlText.load("rollup.grouped_count")
                                .with("count", SqlText.alias(other.label)))
                    .toList()))
        .with("merged_counts", each(counted, "rollup.merged_count"))
        .with("value_columns", SqlText.columns("kept", kept.names()))
        .with("merged_bytes", archivedBytes("merged", kept))
        .with("before_bytes", archivedBytes("before", kept))
        .with("merged_digest_a", Digest.first("merged", kept))
        .with("merged_digest_b", Digest.second("merged", kept))
        .with("before_digest_a", Digest.first("before", kept))
        .with("before_digest_b", Digest.second("before", kept));
  }

  private SqlText start(String alias, Identifier time) {
    return period.start(SqlText.columns(alias, List.of(time)));
  }

  private static SqlText each(List<SampledValue.Other> counted, String part) {
    return SqlText.joined(
        "",
        counted.stream().map(other -> SqlText.load(part).with("count", other.count())).toList());
  }

  @Override
  public List<Step> steps(Policy policy, Month month, long rows, String partition) {
    return List.of(
        new Step(
            "postgresql",
            "SELECT * FROM archive.run_batch(job)",
            "roll %d rows of %s up to %s values in %s"
                .formatted(rows, month, period.adjective(), partition)));
  }

  @Override
  public Optional<Refusal> againstRestore(Policy policy, boolean copied) {
    return copied
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                "policy \"" + policy.name() + "\" rolls samples up",
                "the samples are gone, and " + period.adjective() + " values are not samples",
                "Restore the " + period.adjective() + " values with --into another table."));
  }
}
