package dev.archivist.engine.job;

import dev.archivist.engine.policy.Policy;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * A running job.
 *
 * @param id its key in {@code archive_jobs}
 * @param policy the policy it runs
 * @param cutoff rows older than this are its own; for a purge, months that ended before it; null if
 *     it purges nothing by age
 * @param action what it does to them
 * @param options what it was asked for, a JSON object
 * @param scan how far it has come; empty where rows go one by one
 */
public record Job(
    UUID id,
    Policy policy,
    OffsetDateTime cutoff,
    Action action,
    String options,
    Optional<Scan> scan) {
  /** How far it has come. */
  public Scan requiredScan() {
    return scan.orElseThrow(() -> new IllegalStateException("job " + id + " scans nothing"));
  }
}
