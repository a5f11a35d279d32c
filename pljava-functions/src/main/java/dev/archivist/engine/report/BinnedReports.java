package dev.archivist.engine.report;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Reports whose metadata is in the bin: it can come back, so their objects must be there. */
public final class BinnedReports {
  private static final String NO_SUCH_TABLE = "42P01";

  private BinnedReports() {}

  /**
   * A table of the bin.
   *
   * @param month of its reports: {@code YYYY-MM}
   */
  public record Table(QualifiedName name, String month) {}

  /**
   * The tables that hold the policy's reports in the bin.
   *
   * @param month only those of this month; null for all
   */
  public static List<Table> tables(Connection connection, Policy policy, Month month)
      throws SQLException {
    return Query.named(connection, "report.bin_tables")
        .bind(policy.name(), month == null ? null : month.firstDay())
        .list(
            row ->
                new Table(
                    QualifiedName.of("archive_bin", row.getString("table_name")),
                    row.getString("month")));
  }

  /**
   * The next reports of the table after the location, in the order of their locations; none if it
   * was dropped or taken back meanwhile. They have no time and no file.
   */
  public static List<ReportRows.Archived> of(
      Connection connection, Policy policy, Table table, String after, int limit)
      throws SQLException {
    SqlText text = SqlText.load("report.binned").with("table", table.name());
    return Savepoints.attempt(
            connection,
            NO_SUCH_TABLE,
            () ->
                Query.of(connection, text)
                    .bind(policy.name(), after, limit)
                    .list(
                        row ->
                            new ReportRows.Archived(
                                UUID.fromString(row.getString("key")),
                                null,
                                null,
                                table.month(),
                                ReportRows.object(row),
                                row.getBoolean("expires"),
                                row.getBoolean("expired"),
                                row.getBoolean("as_noted"))))
        .orElse(List.of());
  }

  /** Whether the table is in the bin still, neither dropped nor taken back. */
  public static boolean isBinned(Connection connection, Table table) throws SQLException {
    return Query.named(connection, "report.in_bin")
        .bind(table.name().table().name())
        .one(row -> row.getBoolean(1));
  }
}
