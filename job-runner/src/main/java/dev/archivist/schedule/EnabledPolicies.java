package dev.archivist.schedule;

import dev.archivist.db.Archive;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.LoggedProgress;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.PurgeRun;
import java.util.Optional;

/**
 * Runs policies that are enabled at that moment: a policy that was disabled, or removed, after the
 * daemon was started stays alone.
 */
record EnabledPolicies(Archive archive, PolicyRun run, PurgeRun purge) {

  /**
   * Runs the policy, and then purges it, whatever became of the run; empty if it is disabled. A
   * purge that has nothing to do leaves no trace.
   */
  Optional<JobOutcome> runIfEnabled(String policy) {
    boolean enabled =
        archive.policies().stream().anyMatch(each -> each.enabled() && each.name().equals(policy));
    if (!enabled) {
      return Optional.empty();
    }
    JobOutcome outcome = run.run(policy);
    LoggedProgress.purged(purge.purge(policy));
    return Optional.of(outcome);
  }
}
