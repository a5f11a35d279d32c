package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.run.Lifecycle;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The bucket's own rules. */
@Command(
    name = "s3-lifecycle",
    mixinStandardHelpOptions = true,
    header = "Show or write the bucket's lifecycle rules.",
    description =
        "Show or write the bucket's lifecycle rules for archived reports: to Glacier "
            + "after ARCHIVE_GLACIER_AFTER_DAYS, deleted once a purge has tagged them "
            + "(archivist-expire=yes), incomplete uploads deleted after 7 days. Other rules "
            + "stay as they are.",
    subcommands = {S3LifecycleCommand.Show.class, S3LifecycleCommand.Apply.class})
final class S3LifecycleCommand extends ConfiguredCommand {
  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "say show or apply");
  }

  private static int print(List<Lifecycle.Rule> rules, boolean json, ConfiguredCommand command) {
    if (json) {
      command.printJson(rules.stream().map(Lifecycle.Rule::document).toList());
    } else {
      TextTable table = new TextTable("rule", "in place", "wanted", "actual");
      for (Lifecycle.Rule rule : rules) {
        table.row(
            rule.id(),
            rule.inPlace() ? "yes" : "no",
            rule.wanted(),
            rule.actual().isEmpty() ? "not there" : rule.inPlace() ? "the same" : rule.actual());
      }
      table.print(command.out());
      rules.stream()
          .map(Lifecycle.Rule::note)
          .filter(note -> !note.isEmpty())
          .distinct()
          .forEach(note -> command.out().println("  NOTE: " + note));
    }
    return rules.stream().allMatch(Lifecycle.Rule::inPlace)
        ? 0
        : ArchiveError.LEDGER_DIFFERS.exitCode();
  }

  /** Looks. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      header = "Show the rules as they should be and as they are.",
      description = "Exit code 1 if they differ.")
  static final class Show extends ConfiguredCommand {
    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = openDatabase()) {
        return print(new Lifecycle(database, settings()).rules(), json, this);
      }
    }
  }

  /** Writes. */
  @Command(
      name = "apply",
      mixinStandardHelpOptions = true,
      header = "Write the rules, and show them.",
      description = "Other rules stay as they are.")
  static final class Apply extends ConfiguredCommand {
    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = openDatabase()) {
        Lifecycle lifecycle = new Lifecycle(database, settings());
        lifecycle.apply();
        return print(lifecycle.rules(), json, this);
      }
    }
  }
}
