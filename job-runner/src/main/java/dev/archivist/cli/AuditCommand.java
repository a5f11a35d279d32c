package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.AuditTrail;
import dev.archivist.db.Database;
import dev.archivist.document.AuditEntry;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows who did what. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    header = "Show who ran, restored, held, purged or changed a policy, when and what.",
    description =
        "Details are cut to the width of a screen; --json has all of them. archivist verify checks"
            + " the chain of these entries.")
final class AuditCommand extends ConfiguredCommand {
  private static final int LONGEST_LOGIN = 12;
  private static final int LONGEST_ACT = 20;
  private static final int LONGEST_POLICY = 14;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "how many of the newest entries (${DEFAULT-VALUE})")
  int limit = 50;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ArchiveFailure(
          ArchiveError.USAGE, "--limit is at least 1", "Give a positive number.");
    }
    try (Database database = openDatabase()) {
      List<AuditEntry> entries = new AuditTrail(new Archive(database)).newest(limit);
      if (json) {
        printJson(entries);
      } else {
        print(entries);
      }
    }
    return 0;
  }

  private void print(List<AuditEntry> entries) {
    TextTable table = new TextTable("entry", "at", "who", "what", "policy");
    for (AuditEntry entry : entries) {
      table
          .row(
              Long.toString(entry.entry()),
              Amounts.instant(entry.at()),
              TextTable.cut(entry.who(), LONGEST_LOGIN),
              TextTable.cut(entry.what(), LONGEST_ACT),
              entry.policy() == null ? "-" : TextTable.cut(entry.policy(), LONGEST_POLICY))
          .below(entry.details().json());
    }
    table.print(out());
  }
}
