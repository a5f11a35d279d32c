package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Equality;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.SqlText;
import java.util.List;

/**
 * A column of a child that refers to one of its parent.
 *
 * @param parent the parent's column
 * @param own the child's
 * @param equality how they compare, the parent's value on the left: as the foreign key between them
 *     does, or as one would
 */
public record Link(Identifier parent, Identifier own, Equality equality) {
  /** The condition that a row of the child, under its alias, belongs to one of the parent. */
  public static SqlText condition(List<Link> links, String own, String parent) {
    if (links.isEmpty()) {
      throw new IllegalStateException("nothing is known of how " + own + " refers to " + parent);
    }
    return SqlText.joined(
        " AND ", links.stream().map(link -> link.condition(own, parent)).toList());
  }

  private SqlText condition(String ownAlias, String parentAlias) {
    return equality.between(
        SqlText.columns(parentAlias, List.of(parent)), SqlText.columns(ownAlias, List.of(own)));
  }
}
