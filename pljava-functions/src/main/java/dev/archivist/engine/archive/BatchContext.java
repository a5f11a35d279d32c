package dev.archivist.engine.archive;

import dev.archivist.engine.job.Inspection;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.policy.Policy;
import java.util.UUID;

/**
 * What a batch works on.
 *
 * @param job the running job
 * @param batch the batch's own id, which its rows carry as {@code archive_batch_id}
 * @param inspection columns, partitions and holds as they are until the transaction ends
 */
record BatchContext(Job job, UUID batch, Inspection inspection) {
  Policy policy() {
    return job.policy();
  }

  /** The same under another id. */
  BatchContext anew() {
    return new BatchContext(job, UUID.randomUUID(), inspection);
  }
}
