package dev.archivist.engine.archive;

import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.policy.Step;
import java.util.ArrayList;
import java.util.List;

/** Writes a plan out as ordered steps. */
public final class Steps {
  private Steps() {}

  /** The steps in the order in which a job executes them; none where the plan is refused. */
  public static List<Step> of(Plan plan) {
    if (!plan.refusals().isEmpty()) {
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    String name = plan.policy().name();
    steps.add(
        new Step(
            0,
            "postgresql",
            "SELECT archive.begin_job('" + name + "')",
            "take the policy's lock, open the job, fix the cutoff at " + plan.cutoff()));
    int seq = 1;
    for (Window window : plan.windows()) {
      if (window.partitionMissing()) {
        steps.add(
            new Step(
                seq,
                "postgresql",
                "SELECT archive.make_month_partition('"
                    + name
                    + "', '"
                    + window.month().firstDay()
                    + "')",
                "make partition " + window.partition()));
      }
      seq = work(plan, window, seq + 1, steps);
    }
    steps.add(
        new Step(
            seq,
            "postgresql",
            "SELECT archive.finish_job(job, 'completed', NULL)",
            "close the job, give the lock back"));
    return steps;
  }

  private static int work(Plan plan, Window window, int seq, List<Step> steps) {
    String rows = window.rows() + " rows of " + window.month();
    if (plan.policy().kind() instanceof PolicyKind.Offload) {
      steps.add(
          new Step(
              seq,
              "object-store",
              "put, read back",
              "compress and upload the reports of " + window.month()));
      steps.add(
          new Step(
              seq + 1,
              "postgresql",
              "WITH gone AS (DELETE …) INSERT …",
              "one transaction a report: metadata to " + plan.policy().archive()));
      steps.add(new Step(seq + 2, "files", "delete", "delete the local files that were archived"));
      return seq + 3;
    }
    String about =
        plan.policy().kind() instanceof PolicyKind.Rollup
            ? "roll " + rows + " up to daily values in " + window.partition()
            : "move " + rows + " to " + window.partition();
    steps.add(new Step(seq, "postgresql", "SELECT * FROM archive.run_batch(job)", about));
    return seq + 1;
  }
}
