package dev.archivist.cli;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.document.Json;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands share: the settings and where to print. */
abstract class ConfiguredCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  private Settings settings;

  void configure(Settings given) {
    settings = given;
  }

  Settings settings() {
    return settings;
  }

  /**
   * The database, whose schema is the one that this program makes; the caller closes it.
   *
   * @throws ArchiveFailure {@code ZA010} or {@code ZA050} if they do not fit
   */
  Database openDatabase() {
    Database database = Database.open(settings);
    try {
      database.fit().require();
      return database;
    } catch (ArchiveFailure failure) {
      database.close();
      throw failure;
    }
  }

  /**
   * The same for a look at what a command would do; that it would be refused here is said at once.
   */
  Database openDatabaseToLook() {
    Database database = openDatabase();
    try {
      database.requireWritable();
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.DATABASE_READ_ONLY) {
        database.close();
        throw failure;
      }
      err()
          .println(
              "WARNING: this is only a look; the command itself would be refused here: "
                  + failure.getMessage());
    }
    return database;
  }

  boolean verbose() {
    return spec.root().userObject() instanceof ArchivistCommand root && root.verbose;
  }

  PrintWriter out() {
    return VisibleControls.over(spec.commandLine().getOut());
  }

  PrintWriter err() {
    return VisibleControls.over(spec.commandLine().getErr());
  }

  /** Prints text of several lines. */
  void printText(String lines) {
    out().print(lines + System.lineSeparator());
    out().flush();
  }

  void printJson(Object document) {
    printText(Json.pretty(document));
  }

  /** Names of policies that are there; an unknown one is wrong usage. */
  static void requireKnown(Archive archive, Iterable<String> names) {
    var known = archive.policyNames();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new ArchiveFailure(
            ArchiveError.POLICY_UNKNOWN,
            "no policy is named \"" + name + "\"",
            "There are: " + String.join(", ", known) + ".");
      }
    }
  }
}
