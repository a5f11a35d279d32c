package dev.archivist.engine.policy;

import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;

/**
 * A table of a policy's family: a row of {@code archive.policy_tables}.
 *
 * @param position its place; 0 is the root, and a child comes after its parent
 * @param source the live table
 * @param archive the archive table
 * @param archiveTime the archive's column by which its rows age: the root's time column, or {@code
 *     archived_root_time} of a descendant
 * @param parent the parent's position; -1 for the root
 */
public record PolicyTable(
    int position, QualifiedName source, QualifiedName archive, Identifier archiveTime, int parent) {
  /** What a descendant's archive keeps of its root. */
  public static final Identifier ROOT_TIME = new Identifier("archived_root_time");

  public PolicyTable {
    if ((position == 0) != (parent < 0) || parent >= position) {
      throw new IllegalArgumentException("a child comes after its parent: " + source);
    }
  }

  public boolean isRoot() {
    return position == 0;
  }
}
