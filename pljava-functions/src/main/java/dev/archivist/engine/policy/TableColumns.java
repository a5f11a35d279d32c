package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Columns;

/**
 * A table of a policy with its columns as they are now.
 *
 * @param table the table
 * @param live the live table's columns
 * @param archive the archive table's columns
 */
public record TableColumns(PolicyTable table, Columns live, Columns archive) {}
