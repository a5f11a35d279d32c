package dev.archivist.db;

import static dev.archivist.db.jooq.archive.Tables.BIN;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

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
   * @param table its name in schema archive_bin
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
    return archive.query(
        dsl ->
            dsl.selectFrom(BIN)
                .where(BIN.STATE.in("detaching", "binned"))
                .orderBy(BIN.POLICY, BIN.MONTH, BIN.BEGUN_AT)
                .fetch(
                    row ->
                        new Entry(
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
