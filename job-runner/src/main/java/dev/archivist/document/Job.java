package dev.archivist.document;

import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A job as {@code archive_jobs} has it.
 *
 * @param id its id
 * @param policy the policy's name
 * @param action run, restore, purge; or plan or verify, which a daemon was asked for
 * @param status pending, running, completed, failed or cancelled
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
    String errorMessage) {}
