package dev.archivist.engine.restore;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.policy.Policy;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * What a batch of a restore works on.
 *
 * @param job the running job
 * @param batch the batch's own id
 * @param policy the job's policy
 * @param order what is to be restored
 * @param from first instant of the part of the range that the batch may take from; one partition
 *     holds all of it
 * @param to first instant behind that part
 * @param live the live table's columns
 * @param archive the archive table's columns
 */
public record RestoreContext(
    UUID job,
    UUID batch,
    Policy policy,
    RestoreRequest order,
    OffsetDateTime from,
    OffsetDateTime to,
    Columns live,
    Columns archive) {}
