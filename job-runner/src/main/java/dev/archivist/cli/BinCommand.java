package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.BinList;
import dev.archivist.db.Database;
import dev.archivist.document.BinContents;
import dev.archivist.document.BinMonth;
import dev.archivist.document.BinObjects;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.PurgeOutcome;
import dev.archivist.run.PurgeRun;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What left the archive and waits to be dropped. */
@Command(
    name = "bin",
    mixinStandardHelpOptions = true,
    header = "Months and objects that a purge took out: list, restore, empty.",
    description =
        "Months that a purge took out of the archive, and objects that no report needs: "
            + "list them, take a month back, drop what may go. restore and empty need a role "
            + "that is a member of archive_owner.",
    subcommands = {BinCommand.Listing.class, BinCommand.Restore.class, BinCommand.Empty.class})
final class BinCommand extends ConfiguredCommand {

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: list, restore or empty");
  }

  /** What is in it. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      header = "List what is in the bin, until when, and what is on its way there.")
  static final class Listing extends ConfiguredCommand {
    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = openDatabase()) {
        BinContents bin = new BinList(database).contents();
        if (json) {
          printJson(bin);
          return 0;
        }
        if (bin.months().isEmpty() && bin.objects().isEmpty()) {
          out().println("  the bin is empty");
        }
        if (!bin.months().isEmpty()) {
          table(bin.months()).print(out());
        }
        bin.objects().forEach(objects -> out().println(words(objects)));
        return 0;
      }
    }

    private static String words(BinObjects objects) {
      return "  objects of %s: %s %s, may go after %s"
          .formatted(
              objects.policy(),
              Amounts.count(objects.objects()),
              objects.reason().equals("expired")
                  ? "past object_keep_for"
                  : "that no report needs any more",
              objects.firstDropAfter().equals(objects.lastDropAfter())
                  ? Amounts.instant(objects.lastDropAfter())
                  : Amounts.instant(objects.firstDropAfter())
                      + " to "
                      + Amounts.instant(objects.lastDropAfter()));
    }

    static TextTable table(List<BinMonth> entries) {
      TextTable table =
          new TextTable("bin", "policy", "month", "state", "rows", "bytes", "since", "until");
      for (BinMonth entry : entries) {
        table.row(
            entry.id().toString(),
            entry.policy(),
            entry.month(),
            entry.state(),
            Amounts.count(entry.rows()),
            Amounts.bytes(entry.bytes()),
            Amounts.instant(entry.binnedAt()),
            Amounts.instant(entry.dropAfter()));
      }
      return table;
    }
  }

  /** The way back. */
  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      header = "Take a month back into the archive, and hold it for 30 days.",
      description =
          "If the archive has that month again, because rows came late, the rows join them.")
  static final class Restore extends ConfiguredCommand {
    @Parameters(paramLabel = "ID", converter = Id.class, description = "as bin list shows it")
    UUID id;

    @Override
    public Integer call() {
      try (Shutdown shutdown = Shutdown.install(err());
          Database database = openDatabase()) {
        String policy =
            new BinList(database)
                .entries().stream()
                    .filter(entry -> entry.id().equals(id))
                    .map(BinMonth::policy)
                    .findFirst()
                    .orElseThrow(() -> unknown(id));
        PurgeOutcome outcome =
            new PurgeRun(database, settings(), shutdown.signal()).restore(policy, id);
        new PurgePrinter(this).print(List.of(outcome), false);
        return outcome.exitCode();
      }
    }

    private static ArchiveFailure unknown(UUID id) {
      return new ArchiveFailure(
          ArchiveError.BIN_UNKNOWN, "the bin has no entry " + id, "archivist bin list shows them.");
    }
  }

  /** The end. */
  @Command(
      name = "empty",
      mixinStandardHelpOptions = true,
      header = "Drop what has been in the bin for as long as its policy says (bin_for).",
      description = "What is held, or is not what it was when it came, stays.")
  static final class Empty extends ConfiguredCommand {
    @Option(
        names = "--policy",
        paramLabel = "NAME",
        description = "only of this policy; repeatable")
    List<String> policies = List.of();

    @Option(names = "--all", description = "drop everything that is not held, whatever its time")
    boolean all;

    @Option(names = "--yes", description = "confirm --all")
    boolean yes;

    @Option(names = "--dry-run", description = "only say what would be dropped")
    boolean dryRun;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      if (all && !yes && !dryRun) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--all drops what could still be taken back: add --yes");
      }
      try (Shutdown shutdown = Shutdown.install(err());
          Database database = dryRun ? openDatabaseToLook() : openDatabase()) {
        PurgeRun run = new PurgeRun(database, settings(), shutdown.signal());
        List<PurgeOutcome> outcomes = new ArrayList<>();
        requireKnown(new Archive(database), policies);
        for (String policy : withEntries(database)) {
          if (!shutdown.signal().isRequested()) {
            outcomes.add(dryRun ? run.lookIntoBin(policy, all) : run.empty(policy, all));
          }
        }
        new PurgePrinter(this).print(outcomes, json);
        return PurgePrinter.exitCode(outcomes.stream().map(PurgeOutcome::exitCode).toList());
      }
    }

    private List<String> withEntries(Database database) {
      BinContents bin = new BinList(database).contents();
      return Stream.concat(
              bin.months().stream()
                  .filter(entry -> entry.state().equals("binned"))
                  .map(BinMonth::policy),
              bin.objects().stream().map(BinObjects::policy))
          .filter(policy -> policies.isEmpty() || policies.contains(policy))
          .distinct()
          .toList();
    }
  }
}
