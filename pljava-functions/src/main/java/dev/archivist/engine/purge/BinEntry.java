package dev.archivist.engine.purge;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.sql.QualifiedName;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A month that left the archive, or is about to: a row of {@code archive.bin}.
 *
 * @param id its key
 * @param policy the policy's name
 * @param month the month
 * @param table its table once it is in the bin
 * @param partition name that the table had in the archive
 * @param state {@code detaching} or {@code binned}
 * @param place where the table is now
 * @param content what the ledger said of it
 * @param binnedAt when it came to the bin; null while it is detaching
 * @param dropAfter when it may be dropped; null while it is detaching
 * @param due whether that is past
 */
public record BinEntry(
    UUID id,
    String policy,
    Month month,
    QualifiedName table,
    String partition,
    String state,
    Place place,
    MonthSummary content,
    OffsetDateTime binnedAt,
    OffsetDateTime dropAfter,
    boolean due) {

  /** Where a table is on its way out of the archive. */
  public enum Place {
    /** A partition of the archive as any other. */
    ATTACHED,
    /** Its detachment was begun: statements that begin now do not see it. */
    PENDING,
    /** A table of its own under its former name. */
    DETACHED,
    /** In schema archive_bin. */
    BIN,
    /** Not to be found. */
    NOWHERE
  }
}
