package dev.archivist.run;

import dev.archivist.db.Archive;
import dev.archivist.document.Plan;
import dev.archivist.document.Status;
import dev.archivist.failure.ArchiveFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a policy has to do still.
 *
 * @param policy the policy
 * @param rows live rows that are old enough
 * @param oldestMonth the oldest of their months, empty where there are none
 * @param heldRows live rows that are old enough but held
 * @param refused whether a run would be refused
 * @param remarks why, and what the plan warns of
 * @param failure why nothing is known of it
 */
public record Backlog(
    Archive.PolicySummary policy,
    long rows,
    String oldestMonth,
    long heldRows,
    boolean refused,
    List<String> remarks,
    Optional<ArchiveFailure> failure) {

  /** Of every policy, in the order of their making. */
  public static List<Backlog> ofAll(Archive archive) {
    return archive.policies().stream().map(policy -> of(archive, policy)).toList();
  }

  /**
   * Counts in the database; report files are not looked at. A policy that cannot be planned is an
   * answer, too.
   */
  public static Backlog of(Archive archive, Archive.PolicySummary policy) {
    try {
      return of(policy, archive.plan(policy.name()));
    } catch (ArchiveFailure failure) {
      if (!failure.isOfOnePolicy()) {
        throw failure;
      }
      String remark =
          "%s cannot run: %s [%s]"
              .formatted(policy.name(), failure.getMessage(), failure.error().sqlState());
      return new Backlog(policy, 0, "", 0, true, List.of(remark), Optional.of(failure));
    }
  }

  private static Backlog of(Archive.PolicySummary policy, Plan plan) {
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
        remarks,
        Optional.empty());
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
