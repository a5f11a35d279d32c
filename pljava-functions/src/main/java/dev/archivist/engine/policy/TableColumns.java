package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Column;
import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.sql.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A table of a policy with its columns as they are now.
 *
 * @param table the table
 * @param live the live table's columns
 * @param archive the archive table's columns
 * @param digestedBefore of the archive's columns that were there when rows came: whether the digest
 *     covers them
 * @param links how its rows refer to those of the parent; none for the root
 */
public record TableColumns(
    PolicyTable table,
    Columns live,
    Columns archive,
    Map<Identifier, Boolean> digestedBefore,
    List<Link> links) {
  public TableColumns {
    digestedBefore = Map.copyOf(digestedBefore);
    links = List.copyOf(links);
  }

  /**
   * What a row has on its way between the tiers: the live columns, and a descendant its root's
   * time.
   */
  public Columns moved() {
    List<Column> moved = new ArrayList<>(live.list());
    if (!table.isRoot()) {
      archive.named(PolicyTable.ROOT_TIME).ifPresent(moved::add);
    }
    return new Columns(moved);
  }
}
