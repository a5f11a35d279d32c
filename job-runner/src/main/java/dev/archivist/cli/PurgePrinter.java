package dev.archivist.cli;

import dev.archivist.run.PurgeOutcome;
import java.util.List;

/** Prints what happened to months past their retention. */
final class PurgePrinter {
  private final ConfiguredCommand command;

  PurgePrinter(ConfiguredCommand command) {
    this.command = command;
  }

  /** The gravest: environment before failed work before usage before held. */
  static int exitCode(List<Integer> codes) {
    return List.of(3, 1, 2, 4).stream().filter(codes::contains).findFirst().orElse(0);
  }

  void print(List<PurgeOutcome> outcomes, boolean json) {
    if (json) {
      command.printJson(outcomes.stream().map(PurgeOutcome::document).toList());
      return;
    }
    TextTable table = new TextTable("policy", "month", "rows", "bytes", "outcome", "why");
    for (PurgeOutcome outcome : outcomes) {
      if (outcome.months().isEmpty()) {
        table.row(
            outcome.policy(),
            "-",
            "-",
            "-",
            outcome.failure().isEmpty() ? "nothing to do" : "",
            "");
      }
      for (PurgeOutcome.Purged month : outcome.months()) {
        table.row(
            outcome.policy(),
            month.month(),
            Amounts.count(month.rows()),
            Amounts.bytes(month.bytes()),
            month.fate().label(),
            month.why());
      }
    }
    table.print(command.out());
    for (PurgeOutcome outcome : outcomes) {
      printObjects(outcome.policy(), outcome.objects());
      outcome
          .failure()
          .ifPresent(failure -> Failures.print(command.err(), failure, command.verbose()));
    }
  }

  private void printObjects(String policy, PurgeOutcome.Objects objects) {
    if (objects.deleted() + objects.expired() + objects.kept() > 0) {
      command
          .out()
          .println(
              "  objects of %s: %s deleted, %s released to expire, %s kept because they are held"
                  .formatted(
                      policy,
                      Amounts.count(objects.deleted()),
                      Amounts.count(objects.expired()),
                      Amounts.count(objects.kept())));
    }
    objects.left().forEach(why -> command.out().println("  stays: " + why));
    objects.notes().forEach(note -> command.out().println("  " + policy + ": " + note));
    for (String location : objects.elsewhere()) {
      command
          .out()
          .println(
              "  object %s waits: it is in another store; point ARCHIVE_STORE_URI there to delete it"
                  .formatted(location));
    }
  }
}
