package dev.archivist.cli;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The embedded server. */
@Command(
    name = "db",
    mixinStandardHelpOptions = true,
    header = "Start or stop the embedded server, or print its URL.",
    subcommands = {DbCommand.Start.class, DbCommand.Stop.class, DbCommand.Url.class})
final class DbCommand extends ConfiguredCommand {
  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "say start, stop or url");
  }

  /** Starts it so that it outlives the command. */
  @Command(
      name = "start",
      mixinStandardHelpOptions = true,
      header = "Start the embedded server; it runs until it is stopped.")
  static final class Start extends ConfiguredCommand {
    @Override
    public Integer call() {
      requireEmbedded(settings());
      out().println(uri(Database.startEmbeddedDetached(settings())));
      return 0;
    }
  }

  /** Stops it. */
  @Command(name = "stop", mixinStandardHelpOptions = true, header = "Stop the embedded server.")
  static final class Stop extends ConfiguredCommand {
    @Override
    public Integer call() {
      requireEmbedded(settings());
      out()
          .println(
              Database.stopEmbedded(settings())
                  ? "the embedded server is stopped"
                  : "no embedded server was running");
      return 0;
    }
  }

  /** Prints where it is. */
  @Command(
      name = "url",
      mixinStandardHelpOptions = true,
      header = "Print the URL of the running embedded server, with its password.")
  static final class Url extends ConfiguredCommand {
    @Override
    public Integer call() {
      requireEmbedded(settings());
      DatabaseUrl url =
          Database.runningEmbedded(settings())
              .orElseThrow(
                  () ->
                      new ArchiveFailure(
                          ArchiveError.EMBEDDED_SERVER,
                          "no embedded server is running",
                          "Run archivist db start."));
      out().println(uri(url));
      return 0;
    }
  }

  private static void requireEmbedded(Settings settings) {
    if (settings.databaseUrl().isPresent()) {
      throw new ArchiveFailure(
          ArchiveError.USAGE,
          "DATABASE_URL is set, so the embedded server is not used",
          "Unset DATABASE_URL.");
    }
  }

  private static String uri(DatabaseUrl url) {
    String rest = url.jdbcUrl().replaceFirst("^jdbc:postgresql://", "");
    String password = URLEncoder.encode(url.password(), StandardCharsets.UTF_8);
    return "postgresql://" + url.user() + ":" + password + "@" + rest;
  }
}
