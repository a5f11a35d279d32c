package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.run.PurgeOutcome;
import dev.archivist.run.PurgeRun;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends what is past its retention. */
@Command(
    name = "purge",
    mixinStandardHelpOptions = true,
    header = "Take months past keep_for to the bin; drop those past bin_for.",
    description =
        "Take months of the archive that are past their retention (keep_for) to the bin, "
            + "and drop what has been in the bin long enough (bin_for). The schedule does it "
            + "every night. A month that differs from the ledger, or is held, stays. Exit code "
            + "1 if one stays that should not. It needs a role that is a member of "
            + "archive_owner.")
final class PurgeCommand extends ConfiguredCommand {
  @Mixin PolicySelection selection;

  @Option(names = "--dry-run", description = "only say what is due; change nothing")
  boolean dryRun;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    if (selection.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "say what to purge: --all, --logs, --metrics, --reports or --policy NAME");
    }
    try (Shutdown shutdown = Shutdown.install(err());
        Database database = dryRun ? openDatabaseToLook() : openDatabase()) {
      if (!dryRun) {
        database.requireWritable();
      }
      PurgeRun run = new PurgeRun(database, settings(), shutdown.signal());
      List<PurgeOutcome> outcomes = new ArrayList<>();
      for (String policy : selection.names(new Archive(database))) {
        if (!shutdown.signal().isRequested()) {
          outcomes.add(dryRun ? run.look(policy) : run.purge(policy));
        }
      }
      new PurgePrinter(this).print(outcomes, json);
      return dryRun
          ? PurgePrinter.exitCode(outcomes.stream().map(PurgeOutcome::failureCode).toList())
          : PurgePrinter.exitCode(outcomes.stream().map(PurgeOutcome::exitCode).toList());
    }
  }
}
