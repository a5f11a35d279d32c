package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.PolicyRun;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs jobs now. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    header = "Run jobs now, one policy after the other.",
    description =
        "Run jobs now, one after the other; one that fails does not stop the others. "
            + "SIGTERM finishes the batch in hand and closes the job.")
final class RunCommand extends ConfiguredCommand {
  @Mixin PolicySelection selection;

  @Option(names = "--dry-run", description = "only plan: show what would happen, write run files")
  boolean dryRun;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    if (selection.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "say what to run: --all, --logs, --metrics, --reports or --policy NAME");
    }
    try (Shutdown shutdown = Shutdown.install(err());
        Database database = dryRun ? openDatabaseToLook() : openDatabase()) {
      Archive archive = new Archive(database);
      List<String> policies = selection.names(archive);
      if (dryRun) {
        return new PlanPrinter(this).writeAndPrint(archive, policies, json);
      }
      return run(database, archive, shutdown, policies);
    }
  }

  private int run(Database database, Archive archive, Shutdown shutdown, List<String> policies) {
    PolicyRun run =
        new PolicyRun(
            database,
            settings(),
            shutdown.signal(),
            ConsoleProgress.ofRuns(err(), verbose(), archive));
    List<JobOutcome> outcomes = new ArrayList<>();
    for (String policy : policies) {
      if (!shutdown.signal().isRequested()) {
        outcomes.add(run.run(policy));
      }
    }
    print(outcomes);
    return exitCode(outcomes);
  }

  /** The gravest: environment before failed work before held. */
  static int exitCode(List<JobOutcome> outcomes) {
    List<Integer> gravestFirst = List.of(3, 1, 2, 4);
    List<Integer> codes = outcomes.stream().map(JobOutcome::exitCode).toList();
    return gravestFirst.stream().filter(codes::contains).findFirst().orElse(0);
  }

  private void print(List<JobOutcome> outcomes) {
    if (json) {
      printJson(outcomes.stream().map(JobOutcome::runDocument).toList());
      return;
    }
    TextTable table =
        new TextTable("policy", "status", "taken", "archived", "deleted", "bytes", "batches");
    for (JobOutcome outcome : outcomes) {
      table.row(
          outcome.policy(),
          outcome.status(),
          Amounts.count(outcome.total().processed()),
          Amounts.count(outcome.total().archived()),
          Amounts.count(outcome.total().deleted()),
          Amounts.bytes(outcome.total().bytes()),
          Amounts.count(outcome.batches()));
    }
    table.print(out());
  }
}
