package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.BIN;
import static dev.archivist.db.jooq.archive.Tables.BIN_TABLES;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** What {@code archive.bin} says to whoever may look. */
public final class BinList {
  private final Archive archive;

  public BinList(Database database) {
    this.archive = new Archive(database);
  }

  /**
   * A month in the bin, or on its way there.
   *
   * @param month as {@code 2024-02}
   * @param table name of its root's table in schema archive_bin
   * @param state {@code detaching} or {@code binned}
   * @param binnedAt null while it is detaching
   * @param dropAfter null while it is detaching
   */
  public record Entry(
      UUID id,
      String policy,
      String month,
      String table,
      String state,
      long rows,
      long bytes,
      OffsetDateTime binnedAt,
      OffsetDateTime dropAfter) {}

  /** What is there now, by policy and month. */
  public List<Entry> entries() {
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
                        new Entry(
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
