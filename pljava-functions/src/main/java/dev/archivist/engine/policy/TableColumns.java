package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Columns;
import java.util.List;

/**
 * A table of a policy with its columns as they are now.
 *
 * @param table the table
 * @param live the live table's columns
 * @param archive the archive table's columns
 * @param links how its rows refer to those of the parent; none for the root
 */
public record TableColumns(PolicyTable table, Columns live, Columns archive, List<Link> links) {
  public TableColumns {
    links = List.copyOf(links);
  }
}
