package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.BIN;
import static dev.archivist.db.jooq.archive.Tables.BIN_TABLES;

import dev.archivist.document.BinContents;
import dev.archivist.document.BinMonth;
import dev.archivist.document.BinObjects;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** What {@code archive.bin} says to whoever may look. */
public final class BinList {
  private final Database database;
  private final Archive archive;

  public BinList(Database database) {
    this.database = database;
    this.archive = new Archive(database);
  }

  /** What is there now. */
  public BinContents contents() {
    return new BinContents(entries(), objects());
  }

  /** Objects of reports that wait there, by policy. */
  public List<BinObjects> objects() {
    return database.looking(
        connection -> Statements.query(connection, "bin.objects").list(BinList::readObjects));
  }

  private static BinObjects readObjects(ResultSet row) throws SQLException {
    return new BinObjects(
        row.getString("policy"),
        row.getString("reason"),
        row.getLong("objects"),
        row.getObject("first_drop_after", OffsetDateTime.class),
        row.getObject("last_drop_after", OffsetDateTime.class));
  }

  /** Months that are there now, or on their way, by policy and month. */
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
