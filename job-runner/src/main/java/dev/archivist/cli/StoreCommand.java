package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.document.StoreMark;
import dev.archivist.document.StoreSummary;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.StoreOwner;
import dev.archivist.run.StoreTakeOver;
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
      try (Database database = openDatabase()) {
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
          "After a restore from a dump, for example. The other database is refused from then on."
              + " Then archivist reconcile brings this one's reports and the store's objects together."
              + " Stores of others around it and inside it stay theirs."
              + " It takes a role that is a member of archive_owner.")
  static final class TakeOver extends ConfiguredCommand {
    @Option(
        names = "--reports",
        description = "the directory of the report files (REPORTS_LOCAL_DIR), not the store")
    boolean reports;

    @Option(names = "--yes", description = "do it; without it nothing is done")
    boolean yes;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = openDatabase()) {
        StoreTakeOver takeOver = new StoreTakeOver(settings(), database, reports);
        StoreTakeOver.Subject subject = takeOver.look();
        if (!yes && !subject.ours()) {
          throw new ArchiveFailure(
              ArchiveError.USAGE,
              "this would take %s from %s%s"
                  .formatted(
                      subject.uri(),
                      subject.words(),
                      subject.owner().isPresent() ? ", which is refused from then on" : ""),
              "Is %s right? If so, say archivist store take-over%s --yes to continue."
                  .formatted(
                      reports ? "REPORTS_LOCAL_DIR" : "ARCHIVE_STORE_URI",
                      reports ? " --reports" : ""));
        }
        int code = print(this, json, takeOver.take());
        if (!json && subject.owner().isPresent() && !subject.ours()) {
          out().println("  taken from " + subject.words() + ", which is refused from now on");
        }
        return code;
      }
    }
  }
}
