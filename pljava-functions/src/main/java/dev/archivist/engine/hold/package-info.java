/**
 * Holds: rows that must stay in their tier, neither archived nor purged nor expired. Start with
 * {@link dev.archivist.engine.hold.Holds}.
 *
 * <p>A hold names a policy, a range of its time column, and perhaps columns with values: equality
 * only, because functions with the rights of {@code archive_owner} must not execute what others
 * write. The condition stands in the statement that picks rows and in its DELETE, so a row that
 * becomes held while a batch waits for it stays. Where no hold is in force it is {@code false} and
 * costs nothing. In a family, a descendant that is held keeps its root.
 *
 * <p>No batch in flight ignores a committed hold: a batch reads the holds under a shared advisory
 * lock, which a trigger of {@code archive.holds} takes exclusively. That needs READ COMMITTED. At
 * another isolation level a batch may have a snapshot from before the hold, and is refused. Purges
 * look at the same view, {@code archive.active_holds}.
 */
package dev.archivist.engine.hold;
