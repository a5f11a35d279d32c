package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.document.Check;
import dev.archivist.run.Doctor;
import dev.archivist.schedule.CronTime;
import java.time.ZoneOffset;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at everything a run needs. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    header = "Check everything a run needs: each OK, or what to do.",
    description =
        "Looks at settings, connection, clock, host and PL/Java, schema, policies, object store, report "
            + "files and disk. Exit code 3 if something is missing.")
final class DoctorCommand extends ConfiguredCommand {
  private static final int ENVIRONMENT = 3;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    List<Check> checks =
        new Doctor(settings(), () -> CronTime.parse(settings().cron(), ZoneOffset.UTC))
            .examine(() -> Database.open(settings()));
    if (json) {
      printJson(checks);
    } else {
      for (Check check : checks) {
        out().println("%-8s %s: %s".formatted(check.verdict(), check.what(), check.finding()));
        if (!check.hint().isEmpty()) {
          out().println("         HINT: " + check.hint());
        }
      }
    }
    return checks.stream().anyMatch(check -> check.verdict() == Check.Verdict.FAILED)
        ? ENVIRONMENT
        : 0;
  }
}
