package dev.archivist.engine.archive;

import dev.archivist.engine.hold.Hold;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Refusal;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * What a job of this policy would do now. Making it changes nothing.
 *
 * @param policy the policy
 * @param cutoff rows older than this instant would go
 * @param walk how they are found
 * @param held rows that are old enough but held
 * @param holds the holds in force
 * @param windows where they are, by month, oldest first
 * @param refusals why the job would not start; empty if it would
 * @param warnings what it would leave alone or lose, and what would be slow
 */
public record Plan(
    Policy policy,
    OffsetDateTime cutoff,
    Scan walk,
    long held,
    List<Hold> holds,
    List<Window> windows,
    List<Refusal> refusals,
    List<String> warnings) {
  public Plan {
    holds = List.copyOf(holds);
    windows = List.copyOf(windows);
    refusals = List.copyOf(refusals);
    warnings = List.copyOf(warnings);
  }

  public long rows() {
    return windows.stream().mapToLong(Window::rows).sum();
  }

  public long bytes() {
    return windows.stream().mapToLong(Window::bytes).sum();
  }

  /** Partitions that the job would make, in order of time. */
  public List<String> partitionsToMake() {
    return windows.stream().filter(Window::partitionMissing).map(Window::partition).toList();
  }
}
