package dev.archivist.engine.job;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.catalog.Equality;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.hold.Hold;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.policy.Family;
import dev.archivist.engine.policy.Link;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.policy.TableColumns;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.Query;
import dev.archivist.engine.sql.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a transaction has to know of a policy's tables before it touches them, read by one statement
 * so that it costs one: columns, partitions, holds, and what the catalogue has against a run.
 *
 * @param refusals what forbids to run the policy, as far as the catalogue knows
 * @param distrusted why no statement may name the tables: it would run functions that others may
 *     replace, or not see all rows
 * @param changedColumns columns of an archive that are not what they were when its rows came
 * @param tables the policy's tables with their columns, in their order
 * @param partitions names of each table's partitions, without those that are being detached
 * @param scan how the root's old rows are found, at its beginning
 * @param mayLock whether the role may lock the root's rows, and so pass by those that others have
 *     locked
 * @param holds what must stay where it is
 * @param code what runs with a statement on the tables
 */
public record Inspection(
    List<Refusal> refusals,
    List<Refusal> distrusted,
    List<Refusal> changedColumns,
    List<TableColumns> tables,
    List<Set<String>> partitions,
    Scan scan,
    boolean mayLock,
    Holds holds,
    CodeState code) {
  public Inspection {
    refusals = List.copyOf(refusals);
    distrusted = List.copyOf(distrusted);
    changedColumns = List.copyOf(changedColumns);
    tables = List.copyOf(tables);
    partitions = List.copyOf(partitions);
  }

  /** A row of the statement. */
  private record Row(
      String part,
      int place,
      long number,
      Optional<Column> column,
      String a,
      String b,
      String c,
      String d,
      String e,
      OffsetDateTime from,
      OffsetDateTime to,
      OffsetDateTime until) {
    static Row read(ResultSet row) throws SQLException {
      String part = row.getString("part");
      boolean isColumn = part.equals("live") || part.equals("archive");
      return new Row(
          part,
          row.getInt("place"),
          row.getLong("number"),
          isColumn ? Optional.of(Columns.read(row)) : Optional.empty(),
          row.getString("a"),
          row.getString("b"),
          row.getString("c"),
          row.getString("d"),
          row.getString("e"),
          row.getObject("from_time", OffsetDateTime.class),
          row.getObject("to_time", OffsetDateTime.class),
          row.getObject("until", OffsetDateTime.class));
    }
  }

  /**
   * Looks at the tables as they are now.
   *
   * @throws ArchiveException {@code ZA004} in a transaction with one snapshot for all statements,
   *     where nobody would see the code that was added since
   */
  public static Inspection of(Connection connection, Policy policy) throws SQLException {
    SqlText text =
        SqlText.load("catalog.inspect")
            .with("columns_of_relations", SqlText.load("catalog.columns_of_relations"))
            .with("changed_column", SqlText.load("catalog.changed_column"))
            .with("changed_columns", SqlText.load("catalog.changed_columns"))
            .with(
                "guards",
                SqlText.load("plan.guards")
                    .with("merged_columns", SqlText.load("batch.merged_columns")))
            .with("naming", SqlText.load("catalog.naming"))
            .with("partitioned", SqlText.truth(policy.kind().isPartitioned()))
            .with("updated", SqlText.truth(policy.kind().changesArchivedRows()))
            .with("several", SqlText.truth(policy.kind().takesFamilies()))
            .with("code_state", CodeState.now(policy))
            .with("policy", SqlText.number(policy.id()));
    List<Row> rows = Query.of(connection, text).list(Row::read);
    requireFreshSnapshots(policy, rows);
    List<TableColumns> tables = new ArrayList<>();
    List<Set<String>> partitions = new ArrayList<>();
    for (PolicyTable table : policy.tables()) {
      tables.add(
          new TableColumns(
              table,
              columns(rows, "live", table.position()),
              columns(rows, "archive", table.position()),
              digestedBefore(rows, table.position()),
              links(rows, table.position())));
      partitions.add(
          rows.stream()
              .filter(row -> row.part().equals("partition") && row.place() == table.position())
              .map(Row::a)
              .collect(Collectors.toCollection(HashSet::new)));
    }
    return new Inspection(
        refusals(rows, "refusal"),
        refusals(rows, "code"),
        refusals(rows, "changed"),
        tables,
        partitions,
        rows.stream()
            .filter(row -> row.part().equals("scan"))
            .findFirst()
            .map(Inspection::scan)
            .orElseGet(() -> new Scan.Blocks(0, 0)),
        rows.stream().anyMatch(row -> row.part().equals("scan") && Boolean.parseBoolean(row.b())),
        new Holds(
            Family.of(policy, tables),
            rows.stream().filter(row -> row.part().equals("hold")).map(Inspection::hold).toList()),
        rows.stream()
            .filter(row -> row.part().equals("state"))
            .findFirst()
            .map(row -> new CodeState(policy, row.a()))
            .orElseThrow());
  }

  private static void requireFreshSnapshots(Policy policy, List<Row> rows) throws ArchiveException {
    for (Row row : rows) {
      if (row.part().equals("state")) {
        Holds.requireFreshSnapshots(policy, row.b());
      }
    }
  }

  private static Map<Identifier, Boolean> digestedBefore(List<Row> rows, int position) {
    return rows.stream()
        .filter(row -> row.part().equals("digested") && row.place() == position)
        .collect(Collectors.toMap(row -> new Identifier(row.a()), row -> Boolean.valueOf(row.b())));
  }

  /** None if it is not known of all how they compare. */
  private static List<Link> links(List<Row> rows, int position) {
    List<Row> links =
        rows.stream().filter(row -> row.part().equals("link") && row.place() == position).toList();
    return links.stream().anyMatch(row -> row.c() == null)
        ? List.of()
        : links.stream().map(Inspection::link).toList();
  }

  private static Link link(Row row) {
    return new Link(
        new Identifier(row.a()), new Identifier(row.b()), new Equality(row.c(), row.d(), row.e()));
  }

  private static List<Refusal> refusals(List<Row> rows, String part) {
    return rows.stream()
        .filter(row -> row.part().equals(part))
        .map(row -> new Refusal(row.a(), row.b(), row.c()))
        .toList();
  }

  /**
   * As {@link #of}, for who goes on to name the tables in a statement.
   *
   * @throws ArchiveException {@code ZA004} if the statement would run functions that others may
   *     replace, or would not see all rows
   */
  public static Inspection trusted(Connection connection, Policy policy) throws SQLException {
    Inspection inspection = of(connection, policy);
    if (!inspection.distrusted().isEmpty()) {
      throw Jobs.refused(policy, inspection.distrusted());
    }
    return inspection;
  }

  /**
   * As {@link #trusted}, for who takes archived values for those of their columns.
   *
   * @throws ArchiveException {@code ZA004} if a column is not what it was when its rows came, too
   */
  public static Inspection unchanged(Connection connection, Policy policy) throws SQLException {
    Inspection inspection = trusted(connection, policy);
    if (!inspection.changedColumns().isEmpty()) {
      throw Jobs.refused(policy, inspection.changedColumns());
    }
    return inspection;
  }

  private static Columns columns(List<Row> rows, String part, int position) {
    return new Columns(
        rows.stream()
            .filter(row -> row.part().equals(part) && row.place() == position)
            .map(row -> row.column().orElseThrow())
            .toList());
  }

  private static Scan scan(Row row) {
    return Boolean.parseBoolean(row.a())
        ? new Scan.Index(Month.EARLIEST)
        : new Scan.Blocks(0, row.number());
  }

  private static Hold hold(Row row) {
    return new Hold(
        row.a(), row.b(), row.place(), row.from(), row.to(), row.c(), row.until(), row.d());
  }

  /** The tables, with how they hang together. */
  public Family family() {
    return holds.family();
  }

  /** The root with its columns. */
  public TableColumns root() {
    return tables.get(0);
  }

  /** The columns of a table of the policy that its digest covers. */
  public Columns digested(PolicyTable table) {
    return holds.policy().kind().digested(tables.get(table.position()));
  }
}
