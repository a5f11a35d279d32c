package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A job as {@code archive_jobs} has it.
 *
 * @param id its id
 * @param policy the policy's name
 * @param action run, restore, purge; or plan or verify, which a daemon was asked for
 * @param status pending, running, completed, failed or cancelled; abandoned if it says that it runs
 *     but its session is gone: the policy's next job closes it
 * @param host where the engine worked: runner or in-database; null before it began
 * @param startedAt when it began; null before
 * @param completedAt when it ended; null before
 * @param recordsProcessed rows that a run took, a restore brought back, or a purge took to the bin
 * @param recordsArchived rows that the archive gained
 * @param recordsDeleted rows that left the live table
 * @param bytesArchived bytes that left the live tier
 * @param batches transactions that moved something
 * @param errorMessage why it failed or was cancelled; null if it did not
 */
public record Job(
    UUID id,
    String policy,
    String action,
    String status,
    String host,
    OffsetDateTime startedAt,
    OffsetDateTime completedAt,
    long recordsProcessed,
    long recordsArchived,
    long recordsDeleted,
    long bytesArchived,
    long batches,
    String errorMessage) {
  /** Whether it says that it runs. */
  @JsonIgnore
  public boolean isRunning() {
    return status.equals("running");
  }

  /** The same job, whose session is gone. */
  public Job abandoned() {
    return new Job(
        id,
        policy,
        action,
        "abandoned",
        host,
        startedAt,
        completedAt,
        recordsProcessed,
        recordsArchived,
        recordsDeleted,
        bytesArchived,
        batches,
        "its session is gone; the policy's next job closes it");
  }
}
