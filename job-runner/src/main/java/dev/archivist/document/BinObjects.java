package dev.archivist.document;

import java.time.OffsetDateTime;

/**
 * Objects of reports that wait in the store until they may be deleted.
 *
 * @param policy the policy whose reports they were of
 * @param reason unneeded: no report refers to them, because theirs was restored or its metadata
 *     dropped; expired: past the policy's object_keep_for
 * @param objects how many
 * @param firstDropAfter when the first may be deleted
 * @param lastDropAfter when the last may be deleted
 */
public record BinObjects(
    String policy,
    String reason,
    long objects,
    OffsetDateTime firstDropAfter,
    OffsetDateTime lastDropAfter) {}
