package dev.archivist.cli;

import dev.archivist.run.PurgeOutcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
      command.printJson(outcomes.stream().map(PurgePrinter::document).toList());
      return;
    }
    TextTable table = new TextTable("policy", "month", "rows", "bytes", "", "why");
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
            label(month),
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
  }

  private static String label(PurgeOutcome.Purged month) {
    return month.fate().name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> document(PurgeOutcome outcome) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("policy", outcome.policy());
    document.put("job", outcome.job().map(Object::toString).orElse(null));
    document.put("months", outcome.months().stream().map(PurgePrinter::document).toList());
    document.put("objects_deleted", outcome.objects().deleted());
    document.put("objects_expired", outcome.objects().expired());
    document.put("objects_kept", outcome.objects().kept());
    document.put("error", outcome.failure().map(Throwable::getMessage).orElse(null));
    document.put("hint", outcome.failure().map(failure -> failure.hint()).orElse(null));
    document.put("exit_code", outcome.exitCode());
    return document;
  }

  private static Map<String, Object> document(PurgeOutcome.Purged month) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("month", month.month());
    document.put("rows", month.rows());
    document.put("bytes", month.bytes());
    document.put("fate", label(month));
    document.put("why", month.why());
    return document;
  }
}
