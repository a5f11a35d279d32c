package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.document.StoreSummary;
import dev.archivist.run.StoreOwner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whose the object store is. */
@Command(
    name = "store",
    mixinStandardHelpOptions = true,
    header = "Show whose the object store is, or make it this database's.",
    description =
        "The first database that writes to a store leaves a mark; any other is refused "
            + "(ZA028).",
    subcommands = {StoreCommand.Show.class, StoreCommand.TakeOver.class})
final class StoreCommand extends ConfiguredCommand {
  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "say show or take-over");
  }

  private static int print(ConfiguredCommand command, boolean json, StoreSummary store) {
    if (json) {
      command.printJson(store);
    } else {
      command.out().println(store.uri() + words(store));
    }
    return 0;
  }

  private static String words(StoreSummary store) {
    return store.owner() == null
        ? " is nobody's yet: the first run that writes to it leaves a mark"
        : " belongs to database %s (%s), %s"
            .formatted(
                store.owner().name(),
                store.owner().database(),
                store.ours() ? "this one" : "not to this one");
  }

  /** Looks. */
  @Command(name = "show", mixinStandardHelpOptions = true, header = "Show whose the store is.")
  static final class Show extends ConfiguredCommand {
    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = Database.open(settings())) {
        return print(this, json, StoreOwner.show(settings(), database));
      }
    }
  }

  /** Changes the mark. */
  @Command(
      name = "take-over",
      mixinStandardHelpOptions = true,
      header = "Make the store this database's, whosever it was.",
      description =
          "After a restore from a dump, for example. The other database must not write to it any more. Then archivist reconcile brings "
              + "this one's reports and the store's objects together.")
  static final class TakeOver extends ConfiguredCommand {
    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = Database.open(settings())) {
        return print(this, json, StoreOwner.takeOver(settings(), database));
      }
    }
  }
}
