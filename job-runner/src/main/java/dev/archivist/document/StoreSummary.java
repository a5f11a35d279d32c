package dev.archivist.document;

import java.util.List;

/**
 * An object store, or the directory of the report files, and whose it is.
 *
 * @param uri where it is
 * @param owner the mark that it has; null if it has none
 * @param ours whether that is this database
 * @param inUse whether this database has objects there, or had some that are to go; of report
 *     files, whether it has used the directory
 * @param others stores of other databases around it, and those inside it that have objects of which
 *     this database knows
 * @param takenFrom whose it was until it was taken over; null if nothing was taken, or its mark did
 *     not say
 */
public record StoreSummary(
    String uri,
    StoreMark owner,
    boolean ours,
    boolean inUse,
    List<Other> others,
    StoreMark takenFrom) {
  public StoreSummary {
    others = List.copyOf(others);
  }

  /** The same after it was taken from somebody. */
  public StoreSummary takenFrom(StoreMark previous) {
    return new StoreSummary(uri, owner, ours, inUse, others, previous);
  }

  /**
   * Another database's store.
   *
   * @param mark where its mark is
   * @param owner the mark; null if it does not say whose it is
   * @param around whether the store lies in it, and not it in the store
   */
  public record Other(String mark, StoreMark owner, boolean around) {}
}
