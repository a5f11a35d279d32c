package dev.archivist.schedule;

import dev.archivist.db.Archive;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.PolicyRun;
import java.util.Optional;

/**
 * Runs policies that are enabled at that moment: a policy that was disabled, or removed, after the
 * daemon was started stays alone.
 */
record EnabledPolicies(Archive archive, PolicyRun run) {

  /** Runs the policy; empty if it is disabled. */
  Optional<JobOutcome> runIfEnabled(String policy) {
    boolean enabled =
        archive.policies().stream().anyMatch(each -> each.enabled() && each.name().equals(policy));
    return enabled ? Optional.of(run.run(policy)) : Optional.empty();
  }
}
