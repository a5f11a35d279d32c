package dev.archivist.engine.verify;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Keys;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.digest.Digest;
import dev.archivist.engine.digest.OutputSettings;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Jobs;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.policy.TableColumns;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.Savepoints;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Recomputes from the archived data what ledger and journal say of it. It works part by part, each
 * in one statement and so in one snapshot; nothing is held in between.
 */
public final class Verification {
  /** insufficient_privilege. */
  private static final String MAY_NOT_READ = "42501";

  /** undefined_table, undefined_column, and that. */
  private static final Set<String> EXPECTED_OF_BIN = Set.of("42P01", "42703", MAY_NOT_READ);

  /** undefined_column, undefined_function, datatype_mismatch, invalid_text_representation. */
  private static final Set<String> EXPECTED_OF_CHANGED_COLUMNS =
      Set.of("42703", "42883", "42804", "22P02");

  private Verification() {}

  /**
   * What one statement looks at: a month of the archive, all of it, or a month in the bin.
   *
   * @param firstDay the month's first day as PostgreSQL writes it, null for all
   * @param bin id of the entry of the bin, null for the archive
   */
  public record Part(String firstDay, String bin) {
    static final Part ALL = new Part(null, null);

    static Part ofArchive(String firstDay) {
      return new Part(firstDay, null);
    }
  }

  /** A table in the bin, with the columns that its digest covers. */
  private record Binned(Part part, int position, QualifiedName table, List<Identifier> content) {}

  /**
   * Compares everything.
   *
   * @return {@code {"policy", "ok", "rows", "months": [{"month", "ok", "rows"}]}}; of a policy with
   *     several tables each month has one entry a table, with its name, and one of the bin has the
   *     id of its entry, {@code "bin"}; a month that differs has the sides {@code "ledger"}, {@code
   *     "journal"} and {@code "data"}, the {@code "batches"} that differ, each {@code missing},
   *     {@code unknown} or {@code different}, and the {@code "columns"} that are not what they were
   *     when rows came, the properties that its table has {@code "lost"} since, and how many of its
   *     rows are {@code "live_too"}, by their key; one of the bin that the role may not read has
   *     the {@code "error"}
   */
  public static String verify(Connection connection, Policy policy) throws SQLException {
    List<String> months = new ArrayList<>();
    List<Part> parts = parts(connection, policy, Optional.empty());
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
  public static List<Part> parts(Connection connection, Policy policy, Optional<Month> only)
      throws SQLException {
    requireArchives(Inspection.trusted(connection, policy));
    OutputSettings.fix(connection);
    List<Part> parts = new ArrayList<>();
    if (only.isPresent()) {
      parts.add(Part.ofArchive(only.get().firstDay()));
    } else if (policy.kind().isPartitioned()) {
      TreeSet<String> days = new TreeSet<>();
      for (PolicyTable table : policy.tables()) {
        days.addAll(days(connection, policy, table));
      }
      days.forEach(day -> parts.add(Part.ofArchive(day)));
    } else {
      parts.add(Part.ALL);
    }
    binned(connection, policy, null).stream()
        .map(Binned::part)
        .distinct()
        .filter(part -> only.isEmpty() || only.get().firstDay().equals(part.firstDay()))
        .forEach(parts::add);
    return parts;
  }

  /** What waits in the bin, or one entry of it. */
  private static List<Binned> binned(Connection connection, Policy policy, String bin)
      throws SQLException {
    Map<QualifiedName, Binned> tables = new LinkedHashMap<>();
    Query.named(connection, "verify.bins")
        .bind(policy.name(), bin)
        .list(
            row -> {
              QualifiedName table =
                  QualifiedName.of(row.getString("schema_name"), row.getString("table_name"));
              Binned binned = tables.get(table);
              if (binned == null) {
                binned =
                    new Binned(
                        new Part(row.getString("month"), row.getString("id")),
                        row.getInt("position"),
                        table,
                        new ArrayList<>());
                tables.put(table, binned);
              }
              return row.getString("column_name") != null
                  && binned.content().add(new Identifier(row.getString("column_name")));
            });
    return List.copyOf(tables.values());
  }

  private static List<String> days(Connection connection, Policy policy, PolicyTable table)
      throws SQLException {
    String schema = table.archive().schema().name();
    String name = table.archive().table().name();
    SqlText partitions = SqlText.load("verify.partitions");
    List<String> days =
        new ArrayList<>(
            Query.of(
                    connection,
                    SqlText.load("verify.known_months")
                        .with("journal_scope", SqlText.load("verify.journal_of_archive"))
                        .with("partitions", partitions))
                .bind(policy.name(), policy.name(), schema, name)
                .list(row -> row.getString(1)));
    List<QualifiedName> unbounded =
        Query.of(connection, SqlText.load("verify.unbounded").with("partitions", partitions))
            .bind(schema, name)
            .list(row -> QualifiedName.of(row.getString(1), row.getString(2)));
    for (QualifiedName partition : unbounded) {
      SqlText text =
          SqlText.load("verify.months_of_data")
              .with("month", SqlText.load("verify.month_of"))
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
    return part.bin() == null
        ? archived(connection, inspection, part)
        : binned(connection, inspection, part);
  }

  private static List<String> archived(Connection connection, Inspection inspection, Part part)
      throws SQLException {
    List<String> documents = new ArrayList<>();
    requireArchives(inspection);
    for (TableColumns each : inspection.tables()) {
      if (!inspection.changedColumns().isEmpty()
          && each.archive().named(each.table().archiveTime()).isEmpty()) {
        throw Jobs.refused(inspection.holds().policy(), inspection.changedColumns());
      }
      List<Compared> first =
          inspection.changedColumns().isEmpty()
              ? compare(connection, inspection, each, part)
              : Savepoints.attempt(
                  connection,
                  EXPECTED_OF_CHANGED_COLUMNS,
                  () -> compare(connection, inspection, each, part),
                  failure -> {
                    throw Jobs.refused(inspection.holds().policy(), inspection.changedColumns());
                  });
      boolean ok = first.stream().allMatch(Compared::ok);
      (ok ? first : compare(connection, inspection, each, part))
          .forEach(compared -> documents.add(compared.document()));
    }
    inspection.code().require(connection);
    return documents;
  }

  /** Also where nothing is known to be archived: an empty archive that is gone is missed, too. */
  private static void requireArchives(Inspection inspection) throws ArchiveException {
    List<Refusal> missing =
        inspection.tables().stream()
            .filter(each -> each.archive().list().isEmpty())
            .map(
                each ->
                    new Refusal(
                        "archive table " + each.table().archive() + " is not there",
                        "what ledger and journal have of it cannot be compared",
                        "Put the table back into its place, from a backup if it was dropped."))
            .toList();
    if (!missing.isEmpty()) {
      throw Jobs.refused(inspection.holds().policy(), missing);
    }
  }

  /** Nothing where it was dropped or restored meanwhile. */
  private static List<String> binned(Connection connection, Inspection inspection, Part part)
      throws SQLException {
    Policy policy = inspection.holds().policy();
    List<String> documents = new ArrayList<>();
    for (Binned each : binned(connection, policy, part.bin())) {
      Optional<List<Compared>> compared = compare(connection, inspection, each);
      if (compared.isEmpty()) {
        for (Binned again : binned(connection, policy, part.bin())) {
          if (again.table().equals(each.table())) {
            compared = Optional.of(compareWithNothing(connection, inspection, again));
          } else if (again.position() == each.position()) {
            // it went on to the bin meanwhile
            compared = compare(connection, inspection, again);
          }
        }
      }
      compared.ifPresent(months -> months.forEach(month -> documents.add(month.document())));
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

  /** Tables in the bin's schema that no entry of the bin has there. */
  public static List<String> strangers(Connection connection) throws SQLException {
    return Query.named(connection, "verify.strangers").list(row -> row.getString(1));
  }

  private record Compared(String document, boolean ok) {}

  private static List<Compared> compare(
      Connection connection, Inspection inspection, TableColumns each, Part part)
      throws SQLException {
    Policy policy = inspection.holds().policy();
    PolicyTable table = each.table();
    Object[] day = part.firstDay() == null ? new Object[0] : new Object[] {part.firstDay()};
    boolean all = part.firstDay() == null;
    SqlText within =
        all
            ? SqlText.load("verify.all")
            : SqlText.load("verify.data_of_month").with("time", table.archiveTime());
    Optional<SqlText> liveToo = liveToo(connection, policy, each);
    SqlText text =
        statement(policy, table, table.archive(), inspection.digested(table))
            .with("live_too", liveToo.orElseGet(() -> SqlText.load("verify.live_unknown")))
            .with("data_within", within)
            .with("journal_scope", SqlText.load("verify.journal_of_archive"))
            .with("ledger_scope", SqlText.load("verify.ledger_of_archive"))
            .with("entry_within", SqlText.load(all ? "verify.all" : "verify.entry_of_month"))
            .with(
                "columns",
                SqlText.load("verify.columns_of_archive")
                    .with("changed_columns", SqlText.load("catalog.changed_columns")))
            .with("lost", SqlText.load("verify.lost_of_archive"))
            .with(
                "table",
                SqlText.load(policy.isFamily() ? "verify.table_of_family" : "verify.only_table"));
    Query query = Query.of(connection, text).bind(day).bind(day);
    if (liveToo.isPresent()) {
      query.bind(day).bind(day);
    }
    for (int side = 0; side < 3; side++) {
      query.bind(policy.name(), table.position()).bind(day);
    }
    for (int look = 0; look < 4; look++) {
      query.bind(policy.name(), table.position());
    }
    if (policy.isFamily()) {
      query.bind(table.source().toString());
    }
    return query.list(Verification::read);
  }

  /** Empty where no key tells the rows, or the role may not read the live ones. */
  private static Optional<SqlText> liveToo(Connection connection, Policy policy, TableColumns each)
      throws SQLException {
    PolicyTable table = each.table();
    if (policy.kind().changesArchivedRows() || each.live().list().isEmpty()) {
      return Optional.empty();
    }
    List<Identifier> key = Keys.shared(connection, table.archive(), table.source());
    boolean mayLook =
        !key.isEmpty()
            && Query.named(connection, "verify.may_look_for_live")
                .bind(table.source().schema().name(), table.source().table().name())
                .one(row -> row.getBoolean(1));
    Set<Identifier> told = new LinkedHashSet<>(key);
    if (table.isRoot()) {
      // an application may use a key again
      told.add(policy.time());
    }
    return mayLook
        ? Optional.of(
            SqlText.load("verify.live_too")
                .with("month", SqlText.load("verify.month_of"))
                .with("archive", table.archive())
                .with("time", table.archiveTime())
                .with("source", table.source())
                .with("same_key", each.live().only(List.copyOf(told)).equal("kept", "live")))
        : Optional.empty();
  }

  /**
   * Empty if the table, or a column by which its rows are counted, is not there. A table that the
   * role may not read keeps nothing else from being compared.
   */
  private static Optional<List<Compared>> compare(
      Connection connection, Inspection inspection, Binned binned) throws SQLException {
    Policy policy = inspection.holds().policy();
    PolicyTable table = policy.tables().get(binned.position());
    Columns content = Columns.of(connection, binned.table()).only(binned.content());
    SqlText text =
        statement(policy, table, binned.table(), content)
            .with("live_too", SqlText.load("verify.live_unknown"))
            .with("data_within", SqlText.load("verify.all"));
    return content.list().isEmpty()
        ? Optional.empty()
        : Savepoints.attempt(
            connection,
            EXPECTED_OF_BIN,
            () -> Optional.of(compare(connection, inspection, binned, text)),
            failure ->
                MAY_NOT_READ.equals(failure.getSQLState())
                    ? Optional.of(unreadable(connection, policy, binned, failure))
                    : Optional.empty());
  }

  private static List<Compared> unreadable(
      Connection connection, Policy policy, Binned binned, SQLException failure)
      throws SQLException {
    return Query.named(connection, "verify.unreadable")
        .bind(policy.isFamily() ? policy.tables().get(binned.position()).source().toString() : null)
        .bind(binned.part().bin(), binned.part().firstDay(), failure.getMessage())
        .list(row -> new Compared(row.getString(1), false));
  }

  private static List<Compared> compareWithNothing(
      Connection connection, Inspection inspection, Binned binned) throws SQLException {
    Policy policy = inspection.holds().policy();
    PolicyTable table = policy.tables().get(binned.position());
    SqlText text =
        statement(policy, table, table.archive(), inspection.digested(table))
            .with("live_too", SqlText.load("verify.live_unknown"))
            .with("data_within", SqlText.truth(false));
    return compare(connection, inspection, binned, text);
  }

  private static List<Compared> compare(
      Connection connection, Inspection inspection, Binned binned, SqlText statement)
      throws SQLException {
    Policy policy = inspection.holds().policy();
    SqlText text =
        statement
            .with("journal_scope", SqlText.load("verify.journal_of_bin"))
            .with("ledger_scope", SqlText.load("verify.ledger_of_bin"))
            .with("entry_within", SqlText.load("verify.all"))
            .with("columns", SqlText.load("verify.columns_of_bin"))
            .with("lost", SqlText.load("verify.lost_of_bin"))
            .with(
                "table",
                SqlText.load(
                    policy.isFamily() ? "verify.table_of_family_in_bin" : "verify.in_bin"));
    String bin = binned.part().bin();
    Query query =
        Query.of(connection, text)
            .bind(policy.name(), binned.position(), bin)
            .bind(policy.name(), binned.position(), bin)
            .bind(bin, binned.position())
            .bind(bin, binned.position());
    if (policy.isFamily()) {
      query.bind(policy.tables().get(binned.position()).source().toString());
    }
    return query.bind(bin).list(Verification::read);
  }

  private static Compared read(ResultSet row) throws SQLException {
    return new Compared(row.getString("document"), row.getBoolean("ok"));
  }

  /** The statement, but for where data, journal and ledger are. */
  private static SqlText statement(
      Policy policy, PolicyTable table, QualifiedName archive, Columns content) {
    PolicyKind kind = policy.kind();
    return SqlText.load("verify.month")
        .with("month", SqlText.load("verify.month_of"))
        .with("archive", archive)
        .with("time", table.archiveTime())
        .with("samples", kind.sourceRows("kept"))
        .with("bytes", kind.archivedBytes("kept", content))
        .with("digest_a", Digest.first("kept", content))
        .with("digest_b", Digest.second("kept", content))
        .with(
            "differs",
            SqlText.load(kind.changesArchivedRows() ? "verify.merged_batches" : "verify.batches"));
  }
}
