package dev.archivist.engine.policy;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import java.util.List;

/**
 * A row of {@code archive.policies} with its tables: a family of one or more that age together, by
 * the time of its root.
 *
 * @param id second key of the policy's advisory lock
 * @param name how users call it; the {@code job_type} of its jobs
 * @param version counts the changes of the rule
 * @param kind what happens to old rows
 * @param tables the root, and its descendants after their parents
 * @param time the root's column by which rows age, {@code timestamptz}
 * @param batchRows most rows of the root that one transaction moves
 * @param batchBytes most bytes, as stored, that one transaction moves; a larger row goes alone
 * @param enabled whether it runs with {@code --all} and at night
 * @param ofOthers whether the running role is a superuser and a live table's owner is none
 */
public record Policy(
    int id,
    String name,
    int version,
    PolicyKind kind,
    List<PolicyTable> tables,
    Identifier time,
    int batchRows,
    long batchBytes,
    boolean enabled,
    boolean ofOthers) {
  public Policy {
    tables = List.copyOf(tables);
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("it has no table");
    }
    for (int i = 0; i < tables.size(); i++) {
      if (tables.get(i).position() != i) {
        throw new IllegalArgumentException("its tables are not numbered from 0 without gaps");
      }
    }
  }

  public PolicyTable root() {
    return tables.get(0);
  }

  /** Whether rows have descendants that go with them. */
  public boolean isFamily() {
    return tables.size() > 1;
  }

  /** The root's live table. */
  public QualifiedName source() {
    return root().source();
  }

  /** The root's archive table. */
  public QualifiedName archive() {
    return root().archive();
  }

  /** The descendants, parents first. */
  public List<PolicyTable> descendants() {
    return tables.subList(1, tables.size());
  }

  /** The tables from the given one up to the root. */
  public List<PolicyTable> lineage(PolicyTable table) {
    List<PolicyTable> line = new java.util.ArrayList<>(List.of(table));
    while (!line.get(line.size() - 1).isRoot()) {
      line.add(tables.get(line.get(line.size() - 1).parent()));
    }
    return line;
  }
}
