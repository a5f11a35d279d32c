package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.db.SchemaFit;
import dev.archivist.db.migrate.Uninstall;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes Archivist's functions, jar and views out of the database. */
@Command(
    name = "uninstall",
    mixinStandardHelpOptions = true,
    header = "Take functions, jar and views out of the database, never archived data.",
    description = "Says what it leaves. archivist migrate puts everything back.")
final class UninstallCommand extends ConfiguredCommand {
  @Option(names = "--yes", description = "do it; without it nothing is done")
  boolean yes;

  @Override
  public Integer call() {
    if (!yes) {
      throw new ArchiveFailure(
          ArchiveError.USAGE,
          "uninstall drops views that users may query",
          "Say archivist uninstall --yes to continue.");
    }
    try (Database database = Database.open(settings())) {
      SchemaFit fit = database.fit();
      if (fit.isMigrated()) { // else there is less to take out
        fit.require();
      }
      Uninstall.Result result = Uninstall.run(database);
      result.dropped().forEach(dropped -> out().println("gone: " + dropped));
      result.left().forEach(left -> out().println("left: " + left));
    }
    return 0;
  }
}
