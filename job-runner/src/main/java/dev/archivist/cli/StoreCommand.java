package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.document.StoreMark;
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
      store.others().forEach(other -> command.out().println("  " + words(other)));
    }
    return 0;
  }

  private static String words(StoreSummary store) {
    if (store.owner() != null) {
      return " belongs to %s, %s"
          .formatted(words(store.owner()), store.ours() ? "this one" : "not to this one");
    }
    return store.inUse()
        ? " has no mark, but this database has objects there: is it mounted, and the right one?"
        : " is nobody's yet: the first run that writes to it leaves a mark";
  }

  private static String words(StoreSummary.Other other) {
    return "%s %s: %s"
        .formatted(
            other.around() ? "it lies in the store of" : "inside it objects lie in the store of",
            other.owner() == null ? "a database that its mark does not name" : words(other.owner()),
            other.mark());
  }

  private static String words(StoreMark mark) {
    return "database %s (%s)".formatted(mark.name(), mark.database());
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
          "After a restore from a dump, for example. The other database must not write to it any more."
              + " Then archivist reconcile brings this one's reports and the store's objects together."
              + " Stores of others around it and inside it stay theirs.")
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
