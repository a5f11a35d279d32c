package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** Which policies a command is about. */
final class PolicySelection {
  @Option(
      names = "--all",
      description = "every policy that is enabled; verify and reconcile take disabled ones, too")
  boolean all;

  @Option(names = "--logs", description = "the policy logs")
  boolean logs;

  @Option(names = "--metrics", description = "the policy metrics")
  boolean metrics;

  @Option(names = "--reports", description = "the policy reports")
  boolean reports;

  @Option(names = "--policy", paramLabel = "NAME", description = "a policy by its name; repeatable")
  List<String> named = List.of();

  boolean isEmpty() {
    return !all && !logs && !metrics && !reports && named.isEmpty();
  }

  /** Whether no policy was chosen by its name alone. */
  boolean isEverything() {
    return all || isEmpty();
  }

  /** The chosen names in order, each once. */
  List<String> names(Archive archive) {
    return names(archive, Archive.PolicySummary::enabled);
  }

  /** The same, with disabled policies among all, unless they have no table yet. */
  List<String> namesAlsoDisabled(Archive archive) {
    return names(archive, policy -> policy.enabled() || policy.hasTable());
  }

  private List<String> names(Archive archive, Predicate<Archive.PolicySummary> amongAll) {
    if (all && (logs || metrics || reports || !named.isEmpty())) {
      throw new ArchiveFailure(
          ArchiveError.USAGE,
          "--all is every enabled policy, and others were named besides",
          "Leave --all out, or the others.");
    }
    Set<String> names = new LinkedHashSet<>();
    if (isEverything()) {
      archive.policies().stream()
          .filter(amongAll)
          .map(Archive.PolicySummary::name)
          .forEach(names::add);
    }
    if (logs) {
      names.add("logs");
    }
    if (metrics) {
      names.add("metrics");
    }
    if (reports) {
      names.add("reports");
    }
    names.addAll(named);
    ConfiguredCommand.requireKnown(archive, names);
    return List.copyOf(names);
  }
}
