package dev.archivist.engine.ledger;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.catalog.MonthPartitions;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.PolicyTable;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import dev.archivist.engine.sql.SqlText;
import java.util.List;
import java.util.Optional;

/**
 * Where the rows of an archived month are: a whole table, or those of one month in a table that
 * holds others too.
 *
 * @param policy whose rows
 * @param table the table that holds them
 * @param time its column by which they age
 * @param month the month, if the table holds others too
 */
public record MonthRows(
    Policy policy, QualifiedName table, Identifier time, Optional<Month> month) {

  /** A month in the archive: its partition, or its rows where the archive has no partitions. */
  public static MonthRows archived(Policy policy, PolicyTable table, Month month) {
    return policy.kind().isPartitioned()
        ? all(policy, table, MonthPartitions.table(table.archive(), month))
        : of(policy, table, month);
  }

  /** What the archive shows of a month, to whoever may read the archive. */
  public static MonthRows of(Policy policy, PolicyTable table, Month month) {
    return new MonthRows(policy, table.archive(), table.archiveTime(), Optional.of(month));
  }

  /** Every row of a table that holds rows of one of the policy's archives. */
  public static MonthRows all(Policy policy, PolicyTable table, QualifiedName holds) {
    return new MonthRows(policy, holds, table.archiveTime(), Optional.empty());
  }

  /** The condition that a row, called {@code kept}, is one of them. */
  public SqlText which() {
    return month.isPresent()
        ? SqlText.load("ledger.rows_of_month").with("time", time)
        : SqlText.load("ledger.every_row");
  }

  /** What {@link #which} wants bound. */
  public Object[] values() {
    return month.map(m -> List.<Object>of(m.from(), m.to())).orElse(List.of()).toArray();
  }
}
