package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.BIN;
import static dev.archivist.db.jooq.archive.Tables.BIN_TABLES;

import dev.archivist.document.BinMonth;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** What {@code archive.bin} says to whoever may look. */
public final class BinList {
  private final Archive archive;

  public BinList(Database database) {
    this.archive = new Archive(database);
  }

  /** What is there now, by policy and month. */
  public List<BinMonth> entries() {
    Field<Long> rows = DSL.sum(BIN_TABLES.ROWS).cast(Long.class).as("rows");
    Field<Long> bytes = DSL.sum(BIN_TABLES.BYTES).cast(Long.class).as("bytes");
    Field<String> table = DSL.max(BIN_TABLES.TABLE_NAME).filterWhere(isRoot()).as("table");
    return archive.query(
        dsl ->
            dsl.select(BIN.fields())
                .select(table, rows, bytes)
                .from(BIN)
                .join(BIN_TABLES)
                .on(BIN_TABLES.BIN_ID.eq(BIN.BIN_ID))
                .where(BIN.STATE.in("detaching", "binned"))
                .groupBy(BIN.BIN_ID)
                .orderBy(BIN.POLICY, BIN.MONTH, BIN.BEGUN_AT)
                .fetch(
                    row ->
                        new BinMonth(
                            row.get(BIN.BIN_ID),
                            row.get(BIN.POLICY),
                            row.get(BIN.MONTH).toString().substring(0, 7),
                            row.get(table),
                            row.get(BIN.STATE),
                            row.get(rows),
                            row.get(bytes),
                            row.get(BIN.BINNED_AT),
                            row.get(BIN.DROP_AFTER))));
  }

  private static Condition isRoot() {
    return BIN_TABLES.POSITION.eq((short) 0);
  }
}
