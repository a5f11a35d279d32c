package dev.archivist.engine.archive;

import dev.archivist.engine.catalog.Columns;
import dev.archivist.engine.hold.Holds;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.policy.Policy;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * What a batch works on.
 *
 * @param job the running job
 * @param batch the batch's own id, which its rows carry as {@code archive_batch_id}
 * @param policy the job's policy
 * @param cutoff rows older than this go; fixed when the job began
 * @param walk where to begin
 * @param live the live table's columns
 * @param archive the archive table's columns
 * @param holds what must stay
 */
public record BatchContext(
    UUID job,
    UUID batch,
    Policy policy,
    OffsetDateTime cutoff,
    Scan walk,
    Columns live,
    Columns archive,
    Holds holds) {}
