package dev.archivist.engine.job;

/**
 * What one batch did.
 *
 * @param processed live rows taken
 * @param archived rows that the archive gained; for a roll-up, values that are new
 * @param deleted live rows deleted
 * @param bytes bytes that left the live tier
 * @param done whether nothing is left for this job
 */
public record BatchResult(long processed, long archived, long deleted, long bytes, boolean done) {
  /** What this one and another did; done if the other is. */
  public BatchResult plus(BatchResult other) {
    return new BatchResult(
        processed + other.processed,
        archived + other.archived,
        deleted + other.deleted,
        bytes + other.bytes,
        other.done);
  }

  /** The same, but for whether anything is left. */
  public BatchResult done(boolean nothingIsLeft) {
    return new BatchResult(processed, archived, deleted, bytes, nothingIsLeft);
  }
}
