package dev.archivist.cli;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be understood, said in the words of every other failure. */
final class WrongUsage {
  private WrongUsage() {}

  /** Prints it and returns the exit code; where a command is missing, prints which there are. */
  static int report(ParameterException wrong, String... args) {
    CommandLine command = wrong.getCommandLine();
    ArchiveFailure failure =
        new ArchiveFailure(ArchiveError.USAGE, message(wrong), hint(wrong), wrong);
    Failures.print(command.getErr(), failure, false);
    if (!command.getSubcommands().isEmpty() && !(wrong instanceof UnmatchedArgumentException)) {
      command.usage(command.getErr());
    }
    return failure.error().exitCode();
  }

  private static String message(ParameterException wrong) {
    String message = wrong.getMessage().lines().findFirst().orElse("wrong usage");
    return message.substring(0, 1).toLowerCase(Locale.ROOT)
        + message.substring(1).replaceFirst("\\.$", "");
  }

  private static String hint(ParameterException wrong) {
    List<String> similar =
        wrong instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    String help =
        "Run " + wrong.getCommandLine().getCommandSpec().qualifiedName(" ") + " --help for help.";
    return similar.isEmpty()
        ? help
        : "Perhaps you mean " + String.join(" or ", similar) + ". " + help;
  }
}
