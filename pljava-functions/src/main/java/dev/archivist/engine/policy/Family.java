package dev.archivist.engine.policy;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** SQL that leads from a row of a family to its root. */
public final class Family {
  private Family() {}

  /**
   * What stands after {@code FROM} so that each row of a table has its root's row beside it.
   *
   * @param alias of the table itself; the root is {@code root}
   */
  public static SqlText withRoot(Policy policy, PolicyTable table, String alias) {
    List<SqlText> joins = new ArrayList<>();
    joins.add(
        SqlText.load("policy.root_of_family")
            .with("source", policy.source())
            .with("alias", SqlText.alias("root")));
    List<PolicyTable> lineage = policy.lineage(table);
    for (int i = lineage.size() - 2; i >= 0; i--) {
      PolicyTable child = lineage.get(i);
      PolicyTable parent = lineage.get(i + 1);
      joins.add(join(child, alias(child, table, alias), alias(parent, table, alias)));
    }
    return SqlText.joined(" ", joins);
  }

  private static SqlText join(PolicyTable child, String alias, String parentAlias) {
    return SqlText.load("policy.joined_to_family")
        .with("source", child.source())
        .with("alias", SqlText.alias(alias))
        .with(
            "joined", SqlText.equal(alias, child.ownColumns(), parentAlias, child.parentColumns()));
  }

  /** As {@link #withRoot}, in the archive. */
  public static SqlText archivedWithRoot(Policy policy, PolicyTable table, String alias) {
    List<SqlText> joins = new ArrayList<>();
    joins.add(
        SqlText.load("policy.root_of_family")
            .with("source", policy.archive())
            .with("alias", SqlText.alias("root")));
    List<PolicyTable> lineage = policy.lineage(table);
    for (int i = lineage.size() - 2; i >= 0; i--) {
      PolicyTable child = lineage.get(i);
      PolicyTable parent = lineage.get(i + 1);
      joins.add(
          SqlText.load("policy.joined_to_family")
              .with("source", child.archive())
              .with("alias", SqlText.alias(alias(child, table, alias)))
              .with(
                  "joined",
                  SqlText.equal(
                      alias(child, table, alias),
                      and(child.ownColumns(), child.archiveTime()),
                      alias(parent, table, alias),
                      and(child.parentColumns(), parent.archiveTime()))));
    }
    return SqlText.joined(" ", joins);
  }

  private static List<Identifier> and(List<Identifier> columns, Identifier time) {
    return Stream.concat(columns.stream(), Stream.of(time)).toList();
  }

  /**
   * The condition that the live row {@code alias} of the root has a descendant in the table, to be
   * filled with what is asked of that one, {@code held}.
   */
  public static SqlText descendants(Policy policy, PolicyTable table) {
    List<PolicyTable> lineage = policy.lineage(table);
    List<SqlText> joins = new ArrayList<>();
    joins.add(
        SqlText.load("policy.root_of_family")
            .with("source", table.source())
            .with("alias", SqlText.alias("held")));
    for (int i = 1; i < lineage.size() - 1; i++) {
      PolicyTable child = lineage.get(i - 1);
      PolicyTable parent = lineage.get(i);
      joins.add(
          SqlText.load("policy.joined_to_family")
              .with("source", parent.source())
              .with("alias", SqlText.alias(alias(parent, table, "held")))
              .with(
                  "joined",
                  SqlText.equal(
                      alias(child, table, "held"),
                      child.ownColumns(),
                      alias(parent, table, "held"),
                      child.parentColumns())));
    }
    return SqlText.joined(" ", joins);
  }

  /** The condition that joins what {@link #descendants} begins with to the root's row. */
  public static SqlText joinedToRoot(Policy policy, PolicyTable table, String rootAlias) {
    List<PolicyTable> lineage = policy.lineage(table);
    PolicyTable top = lineage.get(lineage.size() - 2);
    return SqlText.equal(
        alias(top, table, "held"), top.ownColumns(), rootAlias, top.parentColumns());
  }

  private static String alias(PolicyTable one, PolicyTable last, String alias) {
    if (one.isRoot()) {
      return "root";
    }
    return one.equals(last) ? alias : "via_" + one.position();
  }
}
