package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.BIN;

import dev.archivist.document.BinMonth;
import java.util.List;

/** What {@code archive.bin} says to whoever may look. */
public final class BinList {
  private final Archive archive;

  public BinList(Database database) {
    this.archive = new Archive(database);
  }

  /** What is there now, by policy and month. */
  public List<BinMonth> entries() {
    return archive.query(
        dsl ->
            dsl.selectFrom(BIN)
                .where(BIN.STATE.in("detaching", "binned"))
                .orderBy(BIN.POLICY, BIN.MONTH, BIN.BEGUN_AT)
                .fetch(
                    row ->
                        new BinMonth(
                            row.getBinId(),
                            row.getPolicy(),
                            row.getMonth().toString().substring(0, 7),
                            row.getTableName(),
                            row.getState(),
                            row.getRows(),
                            row.getBytes(),
                            row.getBinnedAt(),
                            row.getDropAfter())));
  }
}
