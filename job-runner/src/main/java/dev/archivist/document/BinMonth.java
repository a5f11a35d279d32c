package dev.archivist.document;

import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A month in the bin, or on its way there.
 *
 * @param id its id
 * @param policy the policy whose archive it was of
 * @param month as 2024-02
 * @param table name of its root's table in schema archive_bin
 * @param state detaching or binned
 * @param rows its rows
 * @param bytes their bytes
 * @param binnedAt when it came; null while it is detaching
 * @param dropAfter when it may be dropped; null while it is detaching
 */
public record BinMonth(
    UUID id,
    String policy,
    String month,
    String table,
    String state,
    long rows,
    long bytes,
    OffsetDateTime binnedAt,
    OffsetDateTime dropAfter) {}
