package dev.archivist.engine.purge;

import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.ledger.MonthSummary;
import dev.archivist.engine.sql.Identifier;
import dev.archivist.engine.sql.QualifiedName;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A month that left the archive, or is about to: a row of {@code archive.bin} with its tables.
 *
 * @param id its key
 * @param policy the policy's name
 * @param month the month
 * @param state {@code detaching} or {@code binned}
 * @param place where it is now, as its tables are
 * @param tables its tables, one for each table of the policy
 * @param binnedAt when it came to the bin; null while it is detaching
 * @param dropAfter when it may be dropped; null while it is detaching
 * @param due whether that is past
 */
public record BinEntry(
    UUID id,
    String policy,
    Month month,
    String state,
    Place place,
    List<Table> tables,
    OffsetDateTime binnedAt,
    OffsetDateTime dropAfter,
    boolean due) {
  public BinEntry {
    tables = List.copyOf(tables);
  }

  /**
   * One of its tables.
   *
   * @param position which table of the policy
   * @param name its name once it is in the bin
   * @param partition name that it had in the archive
   * @param place where it is now
   * @param summary what the ledger said of it
   * @param content the columns that the digest covers, in their order
   */
  public record Table(
      int position,
      QualifiedName name,
      String partition,
      Place place,
      MonthSummary summary,
      List<Identifier> content) {
    public Table {
      content = List.copyOf(content);
    }

    /** The same table at another place. */
    public Table at(Place now) {
      return new Table(position, name, partition, now, summary, content);
    }
  }

  /** The same entry with its tables as they are now. */
  public BinEntry with(List<Table> now) {
    return new BinEntry(id, policy, month, state, place, now, binnedAt, dropAfter, due);
  }

  /** The same entry after the detachment of its first table was begun. */
  public BinEntry pending() {
    List<Table> now = new ArrayList<>(tables);
    now.set(0, now.get(0).at(Place.PENDING));
    return with(now);
  }

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

  /** Rows of all its tables, by the ledger. */
  public long rows() {
    return tables.stream().mapToLong(table -> table.summary().rows()).sum();
  }

  /** Their size in bytes, by the ledger. */
  public long bytes() {
    return tables.stream().mapToLong(table -> table.summary().bytes()).sum();
  }
}
