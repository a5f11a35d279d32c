package dev.archivist.engine.archive;

import dev.archivist.engine.hold.Hold;
import dev.archivist.engine.job.Scan;
import dev.archivist.engine.policy.Policy;
import dev.archivist.engine.policy.Refusal;
import dev.archivist.engine.policy.Step;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What a job of this policy would do now. Making it changes nothing.
 *
 * @param policy the policy
 * @param cutoff rows older than this instant would go
 * @param scan how they are found
 * @param held rows that are old enough but held
 * @param holds the holds in force
 * @param windows where they are, by month, oldest first
 * @param refusals why the job would not start; empty if it would
 * @param warnings what it would leave alone or lose, and what would be slow
 */
public record Plan(
    Policy policy,
    OffsetDateTime cutoff,
    Scan scan,
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

  /** Whether several rows become one of the archive. */
  public boolean isMerging() {
    return !policy.kind().mergedBy().isEmpty();
  }

  /** Rows of the archive that the rows become. */
  public long archived() {
    return windows.stream().mapToLong(Window::archived).sum();
  }

  /** Partitions that the job would make, in order of time. */
  public List<String> partitionsToMake() {
    return windows.stream().filter(Window::partitionMissing).map(Window::partition).toList();
  }

  /**
   * The plan written out in the order in which a job executes it, each step with its place; steps
   * of the same place may go side by side. None where it is refused.
   */
  public List<PlannedStep> steps() {
    if (!refusals.isEmpty()) {
      return List.of();
    }
    List<PlannedStep> steps = new ArrayList<>();
    steps.add(
        new PlannedStep(
            0,
            new Step(
                "postgresql",
                "SELECT archive.begin_job('" + policy.name() + "')",
                "take the policy's lock, open the job, fix the cutoff at " + cutoff)));
    int place = 1;
    for (Window window : windows) {
      if (window.partitionMissing()) {
        steps.add(
            new PlannedStep(
                place,
                new Step(
                    "postgresql",
                    "SELECT archive.make_month_partition('"
                        + policy.name()
                        + "', '"
                        + window.month().firstDay()
                        + "')",
                    "make partition " + window.partition())));
      }
      place++;
      for (Step step :
          policy.kind().steps(policy, window.month(), window.rows(), window.partition())) {
        steps.add(new PlannedStep(place++, step));
      }
    }
    steps.add(
        new PlannedStep(
            place,
            new Step(
                "postgresql",
                "SELECT archive.finish_job(job, 'completed', NULL)",
                "close the job, release the lock")));
    return steps;
  }

  /** A step and its place in the order. */
  public record PlannedStep(int place, Step step) {}
}
