package dev.archivist.run;

import dev.archivist.db.Archive;
import dev.archivist.document.Plan;
import dev.archivist.document.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * What a policy has to do still.
 *
 * @param policy the policy
 * @param rows live rows that are old enough
 * @param oldestMonth the oldest of their months, empty where there are none
 * @param heldRows live rows that are old enough but held
 * @param refused whether a run would be refused
 * @param remarks why, and what the plan warns of
 */
public record Backlog(
    Archive.PolicySummary policy,
    long rows,
    String oldestMonth,
    long heldRows,
    boolean refused,
    List<String> remarks) {

  /** Counts in the database; report files are not looked at. */
  public static Backlog of(Archive archive, Archive.PolicySummary policy) {
    Plan plan = archive.plan(policy.name());
    List<String> remarks = new ArrayList<>();
    plan.refusals()
        .forEach(refusal -> remarks.add(policy.name() + " is refused: " + refusal.what()));
    plan.warnings().forEach(warning -> remarks.add(policy.name() + ": " + warning));
    return new Backlog(
        policy,
        plan.rows(),
        plan.windows().stream().findFirst().map(Plan.Window::month).orElse(""),
        plan.heldRows(),
        plan.refused(),
        remarks);
  }

  /** As {@code status --json} has it. */
  public Status.Policy document() {
    return new Status.Policy(
        policy.name(),
        policy.kind(),
        policy.enabled(),
        rows,
        oldestMonth,
        heldRows,
        refused,
        remarks);
  }
}
