package dev.archivist.engine.verify;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.TableColumns;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Recomputes from the archived data what ledger and journal say of it. It works part by part, each
 * in one statement and so in one snapshot; nothing is held in between.
 */
public final class Verification {
  private Verification() {}

  /**
   * What one statement looks at: a month, or all that there is.
   *
   * @param firstDay the month's first day as PostgreSQL writes it, null for all
   */
  public record Part(String firstDay) {
    static final Part ALL = new Part(null);

    public static Part of(Month month) {
      return new Part(month.firstDay());
    }
  }

  /**
   * Compares everything.
   *
   * @return {@code {"policy", "ok", "rows", "months": [{"month", "ok", "rows"}]}}; of a policy with
   *     several tables each month has one entry a table, with its name; a month that differs has
   *     the sides {@code "ledger"}, {@code "journal"} and {@code "data"}, and the {@code "batches"}
   *     that differ, each {@code missing}, {@code unknown} or {@code different}
   */
  public static String verify(Connection connection, Policy policy) throws SQLException {
    List<String> months = new ArrayList<>();
    List<Part> parts = parts(connection, policy);
    if (!parts.isEmpty()) {
      OutputSettings.fix(connection);
      Inspection inspection = Inspection.trusted(connection, policy);
      for (Part part : parts) {
        months.addAll(months(connection, inspection, part));
      }
    }
    return summary(connection, policy, months);
  }

  /** The parts that together are everything: each month of which anything is known or kept. */
  public static List<Part> parts(Connection connection, Policy policy) throws SQLException {
    if (!policy.kind().isPartitioned()) {
      return List.of(Part.ALL);
    }
    Inspection.trusted(connection, policy);
    OutputSettings.fix(connection);
    TreeSet<String> days = new TreeSet<>();
    for (PolicyTable table : policy.tables()) {
      days.addAll(days(connection, policy, table));
    }
    return days.stream().map(Part::new).toList();
  }

  private static List<String> days(Connection connection, Policy policy, PolicyTable table)
      throws SQLException {
    String schema = table.archive().schema().name();
    String name = table.archive().table().name();
    List<String> days =
        new ArrayList<>(
            Query.named(connection, "verify.known_months")
                .bind(policy.name(), policy.name(), schema, name)
                .list(row -> row.getString(1)));
    List<QualifiedName> unbounded =
        Query.named(connection, "verify.unbounded")
            .bind(schema, name)
            .list(row -> QualifiedName.of(row.getString(1), row.getString(2)));
    for (QualifiedName partition : unbounded) {
      SqlText text =
          SqlText.load("verify.months_of_data")
              .with("archive", partition)
              .with("time", table.archiveTime());
      days.addAll(Query.of(connection, text).list(row -> row.getString(1)));
    }
    return days;
  }

  /**
   * The months of one part as {@link #verify} gives them.
   *
   * <p>What differs is looked at a second time: between the planning of the first statement and its
   * snapshot a batch may have attached a partition that the plan does not know.
   */
  public static List<String> months(Connection connection, Policy policy, Part part)
      throws SQLException {
    OutputSettings.fix(connection);
    return months(connection, Inspection.trusted(connection, policy), part);
  }

  private static List<String> months(Connection connection, Inspection inspection, Part part)
      throws SQLException {
    List<String> documents = new ArrayList<>();
    for (TableColumns each : inspection.tables()) {
      List<Compared> first = compare(connection, inspection, each, part);
      boolean ok = first.stream().allMatch(Compared::ok);
      (ok ? first : compare(connection, inspection, each, part))
          .forEach(compared -> documents.add(compared.document()));
    }
    return documents;
  }

  /** Several parts' months in one document, as {@link #verify} gives it. */
  public static String summary(Connection connection, Policy policy, List<String> months)
      throws SQLException {
    return Query.named(connection, "verify.summary")
        .bind(policy.name(), "[" + String.join(",", months) + "]")
        .one(row -> row.getString(1));
  }

  /** A name for which ledger or journal have rows, and that no policy has. */
  public record Ownerless(String policy, long months, long rows) {}

  /** What nobody can compare, because its policy was deleted or renamed. */
  public static List<Ownerless> ownerless(Connection connection) throws SQLException {
    return Query.named(connection, "verify.ownerless")
        .list(
            row ->
                new Ownerless(row.getString("policy"), row.getLong("months"), row.getLong("rows")));
  }

  private record Compared(String document, boolean ok) {}

  private static List<Compared> compare(
      Connection connection, Inspection inspection, TableColumns each, Part part)
      throws SQLException {
    Policy policy = inspection.holds().policy();
    Object[] day = part.firstDay() == null ? new Object[0] : new Object[] {part.firstDay()};
    Query query = Query.of(connection, statement(inspection, each, part)).bind(day).bind(day);
    for (int side = 0; side < 3; side++) {
      query.bind(policy.name(), each.table().position()).bind(day);
    }
    if (policy.isFamily()) {
      query.bind(each.table().source().toString());
    }
    return query.list(row -> new Compared(row.getString("document"), row.getBoolean("ok")));
  }

  private static SqlText statement(Inspection inspection, TableColumns each, Part part) {
    PolicyTable table = each.table();
    PolicyKind kind = inspection.holds().policy().kind();
    Columns content = inspection.digested(table);
    boolean all = part.firstDay() == null;
    SqlText data =
        all
            ? SqlText.load("verify.all")
            : SqlText.load("verify.data_of_month").with("time", table.archiveTime());
    return SqlText.load("verify.month")
        .with("archive", table.archive())
        .with("time", table.archiveTime())
        .with("samples", kind.sourceRows("kept"))
        .with("bytes", kind.archivedBytes("kept", content))
        .with("digest_a", Digest.first("kept", content))
        .with("digest_b", Digest.second("kept", content))
        .with("data_within", data)
        .with("entry_within", SqlText.load(all ? "verify.all" : "verify.entry_of_month"))
        .with(
            "differs",
            SqlText.load(kind.changesArchivedRows() ? "verify.merged_batches" : "verify.batches"))
        .with(
            "table",
            SqlText.load(
                inspection.holds().policy().isFamily()
                    ? "verify.table_of_family"
                    : "verify.only_table"));
  }
}
