package dev.archivist.engine.policy;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL that leads from a row of a family to its root.
 *
 * @param policy whose tables
 * @param links how each table's rows refer to those of its parent, by position
 */
public record Family(Policy policy, List<List<Link>> links) {
  public Family {
    links = List.copyOf(links);
  }

  /** The tables as the catalogue has them. */
  public static Family of(Policy policy, List<TableColumns> tables) {
    return new Family(policy, tables.stream().map(TableColumns::links).toList());
  }

  /** A policy whose kind takes one table. */
  public static Family ofRoot(Policy policy) {
    return new Family(policy, List.of(List.of()));
  }

  /**
   * What stands after {@code FROM} so that each row of a table has its root's row beside it.
   *
   * @param alias of the table itself; the root is {@code root}
   */
  public SqlText withRoot(PolicyTable table, String alias) {
    List<SqlText> joins = new ArrayList<>(List.of(first(policy.source(), "root")));
    List<PolicyTable> lineage = policy.lineage(table);
    for (int i = lineage.size() - 2; i >= 0; i--) {
      PolicyTable child = lineage.get(i);
      String own = alias(child, table, alias);
      joins.add(
          joined(
              child.source(), own, condition(child, own, alias(lineage.get(i + 1), table, alias))));
    }
    return SqlText.joined(" ", joins);
  }

  /** As {@link #withRoot}, in the archive. */
  public SqlText archivedWithRoot(PolicyTable table, String alias) {
    List<SqlText> joins = new ArrayList<>(List.of(first(policy.archive(), "root")));
    List<PolicyTable> lineage = policy.lineage(table);
    for (int i = lineage.size() - 2; i >= 0; i--) {
      PolicyTable child = lineage.get(i);
      PolicyTable parent = lineage.get(i + 1);
      String own = alias(child, table, alias);
      String above = alias(parent, table, alias);
      SqlText sameTime =
          SqlText.load("policy.same_time")
              .with("left", column(own, child.archiveTime()))
              .with("right", column(above, parent.archiveTime()));
      joins.add(
          joined(
              child.archive(),
              own,
              SqlText.joined(" AND ", List.of(condition(child, own, above), sameTime))));
    }
    return SqlText.joined(" ", joins);
  }

  /**
   * The condition that the live row {@code alias} of the root has a descendant in the table, to be
   * filled with what is asked of that one, {@code held}.
   */
  public SqlText descendants(PolicyTable table) {
    List<SqlText> joins = new ArrayList<>(List.of(first(table.source(), "held")));
    List<PolicyTable> lineage = policy.lineage(table);
    for (int i = 1; i < lineage.size() - 1; i++) {
      PolicyTable child = lineage.get(i - 1);
      PolicyTable parent = lineage.get(i);
      String above = alias(parent, table, "held");
      joins.add(
          joined(parent.source(), above, condition(child, alias(child, table, "held"), above)));
    }
    return SqlText.joined(" ", joins);
  }

  /** The condition that joins what {@link #descendants} begins with to the root's row. */
  public SqlText joinedToRoot(PolicyTable table, String rootAlias) {
    List<PolicyTable> lineage = policy.lineage(table);
    PolicyTable top = lineage.get(lineage.size() - 2);
    return condition(top, alias(top, table, "held"), rootAlias);
  }

  private SqlText condition(PolicyTable child, String own, String parent) {
    return Link.condition(links.get(child.position()), own, parent);
  }

  private static SqlText first(QualifiedName source, String alias) {
    return SqlText.load("policy.root_of_family")
        .with("source", source)
        .with("alias", SqlText.alias(alias));
  }

  private static SqlText joined(QualifiedName source, String alias, SqlText condition) {
    return SqlText.load("policy.joined_to_family")
        .with("source", source)
        .with("alias", SqlText.alias(alias))
        .with("joined", condition);
  }

  private static SqlText column(String alias, Identifier column) {
    return SqlText.columns(alias, List.of(column));
  }

  private static String alias(PolicyTable one, PolicyTable last, String alias) {
    if (one.isRoot()) {
      return "root";
    }
    return one.equals(last) ? alias : "via_" + one.position();
  }
}
