package dev.archivist.engine.policy;

import dev.archivist.engine.catalog.Column;
import java.util.ArrayList;
import java.util.List;

/** That an archive table can keep each value of its live table unchanged. */
final class MatchingColumns {
  private MatchingColumns() {}

  /** Columns of the live table that the archive lacks, or has with another type. */
  static List<Refusal> refusals(TableColumns columns) {
    List<Refusal> refusals = new ArrayList<>();
    PolicyTable table = columns.table();
    for (Column column : columns.live().list()) {
      Column kept = columns.archive().named(column.name()).orElse(null);
      if (kept == null) {
        refusals.add(
            new Refusal(
                table.source() + " has a column " + column.name() + " that the archive lacks",
                "its values would be lost",
                "ALTER TABLE "
                    + table.archive().sql()
                    + " ADD COLUMN "
                    + column.name().sql()
                    + " "
                    + column.type()
                    + "; and run the plan again."));
      } else if (!kept.type().equals(column.type()) || kept.generated()) {
        refusals.add(
            new Refusal(
                "column "
                    + column.name()
                    + " is "
                    + column.type()
                    + " in "
                    + table.source()
                    + " but "
                    + (kept.generated() ? "generated " : "")
                    + kept.type()
                    + " in the archive",
                "its values might change on the way",
                "Give the column the same type in both tables."));
      }
    }
    return refusals;
  }
}
