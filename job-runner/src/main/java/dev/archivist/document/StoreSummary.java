package dev.archivist.document;

import java.util.List;

/**
 * An object store and whose it is.
 *
 * @param uri where it is
 * @param owner the mark that it has; null if it has none
 * @param ours whether that is this database
 * @param inUse whether this database has objects there, or had some that are to go
 * @param others stores of other databases around it, and those inside it that have objects of which
 *     this database knows
 */
public record StoreSummary(
    String uri, StoreMark owner, boolean ours, boolean inUse, List<Other> others) {
  public StoreSummary {
    others = List.copyOf(others);
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
