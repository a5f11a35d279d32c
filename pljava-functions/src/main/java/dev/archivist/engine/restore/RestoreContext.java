package dev.archivist.engine.restore;

import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.policy.Policy;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * What a batch of a restore works on.
 *
 * @param job the running job
 * @param batch the batch's own id
 * @param request what is to be restored
 * @param from first instant of the part of the range that the batch may take from; one partition
 *     holds all of it
 * @param to first instant after that part
 * @param inspection columns, partitions and holds as they are until the transaction ends
 */
record RestoreContext(
    Job job,
    UUID batch,
    RestoreRequest request,
    OffsetDateTime from,
    OffsetDateTime to,
    Inspection inspection) {
  Policy policy() {
    return job.policy();
  }
}
