package dev.archivist.engine.report;

import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A live report that is old enough.
 *
 * @param id its key
 * @param createdAt its time
 * @param file the path as the row has it
 * @param format the format as the row has it
 * @param version the row's version; another one means that the row was changed
 */
public record Report(
    UUID id, OffsetDateTime createdAt, String file, String format, String version) {}
