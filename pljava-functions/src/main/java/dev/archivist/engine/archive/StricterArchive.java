package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Keys;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.TableColumns;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows that a plan knows the archive would refuse: it asks more of them than the live table. */
final class StricterArchive {
  private StricterArchive() {}

  /** What would stay, for people to read, each with what mends it. */
  static List<String> warnings(
      Connection connection, Inspection inspection, TableColumns each, OffsetDateTime cutoff)
      throws SQLException {
    Policy policy = inspection.holds().policy();
    if (policy.kind().changesArchivedRows()) {
      return List.of(); // its rows are not the live ones
    }
    List<String> warnings = new ArrayList<>(stricterKeys(connection, each.table()));
    warnings.addAll(rowsThatBreak(connection, inspection, each, cutoff));
    return warnings;
  }

  /** Which rows they are takes as long to find out as to archive them. */
  private static List<String> stricterKeys(Connection connection, PolicyTable table)
      throws SQLException {
    QualifiedName archive = table.archive();
    QualifiedName live = table.source();
    return Query.named(connection, "plan.stricter_keys")
        .bind(archive.schema().name(), archive.table().name())
        .bind(live.schema().name(), live.table().name())
        .bind(live.schema().name(), live.table().name())
        .list(
            row ->
                "rows of "
                    + live
                    + " stay if others have the same "
                    + row.getString("keys")
                    + (row.getString("predicate") == null
                        ? ""
                        : " where " + row.getString("predicate"))
                    + ": the live table allows that, and the archive's unique index "
                    + row.getString("name")
                    + " does not; "
                    + row.getString("remedy"));
  }

  private static List<String> rowsThatBreak(
      Connection connection, Inspection inspection, TableColumns each, OffsetDateTime cutoff)
      throws SQLException {
    Policy policy = inspection.holds().policy();
    List<Keys.Constraint> asked =
        Keys.constraints(connection, each.table().archive(), each.table().source()).stream()
            .filter(constraint -> constraint.refersTo().isEmpty() && constraint.isOfBoth())
            .toList();
    if (asked.isEmpty()) {
      return List.of();
    }
    String alias = each.table().isRoot() ? "root" : "live";
    SqlText text =
        SqlText.load("plan.rows_that_break")
            .with("counts", SqlText.join(asked.stream().map(StricterArchive::count).toList()))
            .with("columns", SqlText.columns(alias, each.live().names()))
            .with("joined", inspection.family().withRoot(each.table(), alias))
            .with("time", policy.time())
            .with("held", inspection.holds().condition("root"));
    return Savepoints.attempt(
        connection,
        RowFailures::isOfARow,
        () ->
            Query.of(connection, text)
                .bind(Month.EARLIEST, cutoff)
                .one(
                    row -> {
                      List<String> warnings = new ArrayList<>();
                      for (int i = 0; i < asked.size(); i++) {
                        if (row.getLong(i + 1) > 0) {
                          warnings.add(warning(each, asked.get(i), row.getLong(i + 1)));
                        }
                      }
                      return warnings;
                    }),
        failure -> List.of(unanswered(each, asked, failure)));
  }

  /** The message of the server would show a value to whoever may plan. */
  private static String unanswered(
      TableColumns each, List<Keys.Constraint> asked, SQLException failure) {
    return "some rows of "
        + each.table().source()
        + " may stay: a check of the archive fails for one of them with SQLSTATE "
        + failure.getSQLState()
        + ", so nobody can say how many break "
        + asked.stream().map(Keys.Constraint::name).collect(Collectors.joining(", "))
        + "; a run names them";
  }

  private static SqlText count(Keys.Constraint constraint) {
    return SqlText.load("plan.count_of_broken").with("violated", constraint.violated());
  }

  private static String warning(TableColumns each, Keys.Constraint constraint, long rows) {
    return rows
        + " rows of "
        + each.table().source()
        + " stay: the archive refuses them by "
        + constraint.name()
        + "; "
        + constraint.relaxed(each.table().archive());
  }
}
