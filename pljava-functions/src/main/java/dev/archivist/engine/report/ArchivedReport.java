package dev.archivist.engine.report;

import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A report whose file is in the object store.
 *
 * @param id its key
 * @param createdAt its time
 * @param file the path as the row has it
 * @param object where its file is now
 */
public record ArchivedReport(UUID id, OffsetDateTime createdAt, String file, StoredReport object) {}
