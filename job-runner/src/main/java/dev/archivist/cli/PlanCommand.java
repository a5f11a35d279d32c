package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a run would do now. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    header = "Show what a run would do now, and write it down as a run file.",
    description = "Nothing else is written; the database gets no transaction id.")
final class PlanCommand extends ConfiguredCommand {
  @Mixin PolicySelection selection;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    try (Database database = openDatabaseToLook()) {
      Archive archive = new Archive(database);
      return new PlanPrinter(this).writeAndPrint(archive, selection.names(archive), json);
    }
  }
}
