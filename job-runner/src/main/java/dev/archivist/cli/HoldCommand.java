package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.HoldRepository;
import dev.archivist.document.Hold;
import dev.archivist.document.Json;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rows that are to stay where they are. */
@Command(
    name = "hold",
    mixinStandardHelpOptions = true,
    header = "Hold rows where they are: list, add and release holds.",
    description =
        "Hold rows where they are: neither archived nor purged nor expired until the hold "
            + "ends. A hold does not keep the application from changing or deleting its own "
            + "live rows.",
    subcommands = {HoldCommand.Add.class, HoldCommand.ListAll.class, HoldCommand.Release.class})
final class HoldCommand extends ConfiguredCommand {
  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "say add, list or release");
  }

  static TextTable table(List<Hold> holds) {
    TextTable table =
        new TextTable(
            "hold", "policy", "kind", "from", "to", "table", "where", "until", "by", "reason");
    for (Hold hold : holds) {
      table.row(
          hold.hold().toString(),
          hold.policy(),
          hold.kind(),
          Amounts.instant(hold.from()),
          Amounts.instant(hold.to()),
          hold.table(),
          hold.matching() == null ? "-" : Json.line(hold.matching()),
          hold.active() ? Amounts.instant(hold.until()) : "ended",
          hold.madeBy(),
          hold.reason());
    }
    return table;
  }

  /** Makes one. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      header = "Hold rows of a policy from now on, live and archived ones.",
      description = "Waits for the batch in hand; every later one leaves the rows alone.")
  static final class Add extends ConfiguredCommand {
    @Option(names = "--policy", paramLabel = "NAME", required = true, description = "the policy")
    String policy;

    @Option(
        names = "--from",
        paramLabel = "TIME",
        converter = UtcInstant.class,
        description = "first instant, by the policy's time column, in UTC (from the beginning)")
    OffsetDateTime from;

    @Option(
        names = "--to",
        paramLabel = "TIME",
        converter = UtcInstant.class,
        description = "first instant that is not held any more (to the end)")
    OffsetDateTime to;

    @Option(
        names = "--table",
        paramLabel = "NAME",
        description =
            "the policy's table that --where is about (its root); a descendant that is held keeps "
                + "its root, and the family with it")
    String table;

    @Option(
        names = "--where",
        paramLabel = "COLUMN=VALUE",
        converter = Matching.Converter.class,
        description =
            "only rows with this value; repeatable with other columns, then all must match")
    List<Matching> where = new ArrayList<>();

    @Option(
        names = "--until",
        paramLabel = "TIME",
        converter = UtcInstant.class,
        description = "when the hold ends by itself (never: it has to be released)")
    OffsetDateTime until;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "why, and who asked for it")
    String reason;

    @Override
    public Integer call() {
      Map<String, String> values = Matching.map(where, "Make one hold for each value.");
      String matching = values.isEmpty() ? null : Json.line(values);
      try (Database database = openDatabase()) {
        UUID hold =
            new HoldRepository(new Archive(database))
                .make(new HoldRepository.Wanted(policy, from, to, table, matching, until, reason));
        out().println(hold);
      }
      return 0;
    }
  }

  /** Lists them. */
  @Command(name = "list", mixinStandardHelpOptions = true, header = "List the holds.")
  static final class ListAll extends ConfiguredCommand {
    @Option(names = "--all", description = "those that have ended, too")
    boolean all;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = openDatabase()) {
        List<Hold> holds = new HoldRepository(new Archive(database)).list(all);
        if (json) {
          printJson(holds);
        } else if (holds.isEmpty()) {
          out().println("  nothing is held");
        } else {
          table(holds).print(out());
        }
      }
      return 0;
    }
  }

  /** Ends one. */
  @Command(
      name = "release",
      mixinStandardHelpOptions = true,
      header = "End a hold: its rows are archived and purged by their age again.")
  static final class Release extends ConfiguredCommand {
    @Parameters(
        paramLabel = "HOLD",
        converter = Id.class,
        description = "its id, as hold list shows it")
    UUID hold;

    @Override
    public Integer call() {
      try (Database database = openDatabase()) {
        new HoldRepository(new Archive(database)).release(hold);
      }
      return 0;
    }
  }
}
