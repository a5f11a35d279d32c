package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.db.DatabaseIdentity;
import dev.archivist.document.StoreMark;
import dev.archivist.document.StoreSummary;
import dev.archivist.run.StoreOwner;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStores;
import dev.archivist.store.StoreSettings;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whose the object store is. */
@Command(
    name = "store",
    mixinStandardHelpOptions = true,
    description = {
      "Show whose the object store is, or make it this database's. The first database that writes",
      "to a store leaves a mark; any other is refused (ZA028)."
    },
    subcommands = {StoreCommand.Show.class, StoreCommand.TakeOver.class})
final class StoreCommand extends ConfiguredCommand {
  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "say show or take-over");
  }

  /** What is done with the store of this database. */
  private interface Work {
    Optional<StoreMark> run(StoreOwner owner, DatabaseIdentity database);
  }

  private static int work(ConfiguredCommand command, boolean json, Work work) {
    StoreSettings settings = StoreSettings.of(command.settings());
    try (Database database = Database.open(command.settings());
        ArchiveStore store = ArchiveStores.open(settings, Path.of(""))) {
      DatabaseIdentity identity = DatabaseIdentity.of(database);
      Optional<StoreMark> mark = work.run(new StoreOwner(store), identity);
      boolean ours = mark.filter(each -> each.database().equals(identity.id())).isPresent();
      if (json) {
        command.printJson(new StoreSummary(store.toString(), mark.orElse(null), ours));
      } else {
        command
            .out()
            .println(
                store
                    + mark.map(each -> " belongs to database " + words(each, ours))
                        .orElse(" is nobody's yet: the first run that writes to it leaves a mark"));
      }
      return 0;
    }
  }

  private static String words(StoreMark mark, boolean ours) {
    return mark.name() + " (" + mark.database() + (ours ? "), this one" : "), not to this one");
  }

  /** Looks. */
  @Command(name = "show", mixinStandardHelpOptions = true, description = "Show whose the store is.")
  static final class Show extends ConfiguredCommand {
    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      return work(this, json, (owner, database) -> owner.mark());
    }
  }

  /** Changes the mark. */
  @Command(
      name = "take-over",
      mixinStandardHelpOptions = true,
      description = {
        "Make the store this database's, whosever it was: after a restore from a dump, for example.",
        "The other database must not write to it any more."
      })
  static final class TakeOver extends ConfiguredCommand {
    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      return work(this, json, (owner, database) -> Optional.of(owner.takeOver(database)));
    }
  }
}
