package dev.archivist.cli;

import dev.archivist.db.Database;
import dev.archivist.db.TrustedFunctions;
import dev.archivist.document.TrustedFunction;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Vouches for functions that others may replace. */
@Command(
    name = "trust",
    mixinStandardHelpOptions = true,
    header = "Vouch for a function of others that your tables call.",
    description =
        "Vouch for a function that tables call and that a role may replace which cannot "
            + "act as ours: plans name it, and refuse the policy. Read it first, and all that "
            + "it calls: it will run with the rights of whoever archives. The trust is of the "
            + "function as it is now, and ends when anything of it changes. What a superuser "
            + "trusts is trusted for every role; what another role trusts, for the roles that "
            + "it may act as. It takes a member of archive_owner or a superuser.",
    subcommands = {TrustCommand.Listing.class, TrustCommand.Revoke.class})
final class TrustCommand extends ConfiguredCommand {
  @Parameters(
      paramLabel = "FUNCTION",
      arity = "0..1",
      description = "as the refusal names it: 'public.shown(integer)'")
  String function;

  @Option(names = "--reason", paramLabel = "TEXT", description = "why; for the audit trail")
  String reason;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    if (function == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "say which FUNCTION to trust, or list, or revoke");
    }
    try (Database database = openDatabase()) {
      TrustedFunctions functions = new TrustedFunctions(database);
      functions.trust(function, reason);
      return print(this, json, functions.all());
    }
  }

  private static int print(
      ConfiguredCommand command, boolean json, List<TrustedFunction> functions) {
    if (json) {
      command.printJson(functions);
    } else if (functions.isEmpty()) {
      command.out().println("  no function is trusted");
    } else {
      TextTable table = new TextTable("function", "state", "by", "since", "reason");
      for (TrustedFunction each : functions) {
        table.row(
            each.function(),
            each.state(),
            each.trustedBy(),
            Amounts.instant(each.trustedAt()),
            each.reason() == null ? "-" : each.reason());
      }
      table.print(command.out());
    }
    return 0;
  }

  /** Shows them. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      header = "List the functions that somebody vouches for, and whether it still counts.")
  static final class Listing extends ConfiguredCommand {
    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = openDatabase()) {
        return print(this, json, new TrustedFunctions(database).all());
      }
    }
  }

  /** Takes one back. */
  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      header = "Take back what anybody has vouched for a function.")
  static final class Revoke extends ConfiguredCommand {
    @Parameters(paramLabel = "FUNCTION", description = "as trust list shows it")
    String function;

    @Option(names = "--json", description = "print JSON")
    boolean json;

    @Override
    public Integer call() {
      try (Database database = openDatabase()) {
        TrustedFunctions functions = new TrustedFunctions(database);
        functions.revoke(function);
        return print(this, json, functions.all());
      }
    }
  }
}
