package dev.archivist.document;

import java.time.OffsetDateTime;

/**
 * What the archive holds of one policy, from the ledger.
 *
 * @param policy the policy's name
 * @param rows archived rows
 * @param oldest the oldest's time; null if there is none
 * @param newest the newest's time; null if there is none
 * @param bytes their bytes
 */
public record ArchiveTier(
    String policy, long rows, OffsetDateTime oldest, OffsetDateTime newest, long bytes) {}
