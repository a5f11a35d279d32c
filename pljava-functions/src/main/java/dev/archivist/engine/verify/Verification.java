package dev.archivist.engine.verify;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
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
   * @return {@code {"policy", "ok", "rows", "months": [{"month", "ok", "rows"}]}}; a month that
   *     differs has the sides {@code "ledger"}, {@code "journal"} and {@code "data"}, and the
   *     {@code "batches"} that differ, each {@code missing}, {@code unknown} or {@code different}
   */
  public static String verify(Connection connection, Policy policy) throws SQLException {
    List<String> months = new ArrayList<>();
    List<Part> parts = parts(connection, policy);
    if (!parts.isEmpty()) {
      OutputSettings.fix(connection);
      SqlText statement = statement(connection, policy, parts.get(0));
      for (Part part : parts) {
        months.addAll(months(connection, policy, part, statement));
      }
    }
    return summary(connection, policy, months);
  }

  /** The parts that together are everything: each month of which anything is known or kept. */
  public static List<Part> parts(Connection connection, Policy policy) throws SQLException {
    if (policy.kind() instanceof PolicyKind.Offload) {
      return List.of(Part.ALL);
    }
    OutputSettings.fix(connection);
    String schema = policy.archive().schema().name();
    String table = policy.archive().table().name();
    TreeSet<String> days =
        new TreeSet<>(
            Query.named(connection, "verify.known_months")
                .bind(policy.name(), policy.name(), schema, table)
                .list(row -> row.getString(1)));
    List<QualifiedName> unbounded =
        Query.named(connection, "verify.unbounded")
            .bind(schema, table)
            .list(row -> QualifiedName.of(row.getString(1), row.getString(2)));
    for (QualifiedName partition : unbounded) {
      SqlText text =
          SqlText.load("verify.months_of_data")
              .with("archive", partition)
              .with("time", policy.time());
      days.addAll(Query.of(connection, text).list(row -> row.getString(1)));
    }
    return days.stream().map(Part::new).toList();
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
    return months(connection, policy, part, statement(connection, policy, part));
  }

  private static List<String> months(
      Connection connection, Policy policy, Part part, SqlText statement) throws SQLException {
    List<Compared> first = compare(connection, policy, part, statement);
    boolean ok = first.stream().allMatch(Compared::ok);
    return (ok ? first : compare(connection, policy, part, statement))
        .stream().map(Compared::document).toList();
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
      Connection connection, Policy policy, Part part, SqlText statement) throws SQLException {
    Query query = Query.of(connection, statement);
    if (part.firstDay() == null) {
      query.bind(policy.name(), policy.name(), policy.name());
    } else {
      query.bind(part.firstDay(), part.firstDay());
      for (int i = 0; i < 3; i++) {
        query.bind(policy.name(), part.firstDay());
      }
    }
    return query.list(row -> new Compared(row.getString("document"), row.getBoolean("ok")));
  }

  private static SqlText statement(Connection connection, Policy policy, Part part)
      throws SQLException {
    Columns content = MonthSummary.columns(connection, policy);
    boolean all = part.firstDay() == null;
    boolean merged = policy.kind() instanceof PolicyKind.Rollup;
    SqlText data =
        all
            ? SqlText.load("verify.all")
            : SqlText.load("verify.data_of_month").with("time", policy.time());
    return SqlText.load("verify.month")
        .with("archive", policy.archive())
        .with("time", policy.time())
        .with("samples", merged ? SqlText.load("verify.samples_merged") : SqlText.number(1))
        .with("bytes", MonthSummary.bytes(policy, content))
        .with("digest_a", Digest.first("kept", content))
        .with("digest_b", Digest.second("kept", content))
        .with("data_within", data)
        .with("entry_within", SqlText.load(all ? "verify.all" : "verify.entry_of_month"))
        .with("differs", SqlText.load(merged ? "verify.merged_batches" : "verify.batches"));
  }
}
