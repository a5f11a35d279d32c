package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.AuditTrail;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows who did what. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Show who ran, restored, held, purged or changed a policy, when and what.",
      "archivist verify checks the chain of these entries."
    })
final class AuditCommand extends ConfiguredCommand {
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
    try (Database database = Database.open(settings())) {
      List<AuditTrail.Entry> entries = new AuditTrail(new Archive(database)).newest(limit);
      if (json) {
        printJson(entries.stream().map(AuditCommand::document).toList());
      } else {
        print(entries);
      }
    }
    return 0;
  }

  private void print(List<AuditTrail.Entry> entries) {
    TextTable table = new TextTable("entry", "at", "who", "what", "policy", "details");
    for (AuditTrail.Entry entry : entries) {
      table.row(
          Long.toString(entry.seq()),
          Amounts.instant(entry.at()),
          entry.who(),
          entry.action(),
          entry.policy() == null ? "-" : entry.policy(),
          entry.details());
    }
    table.print(out());
  }

  private static Map<String, Object> document(AuditTrail.Entry entry) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("entry", entry.seq());
    map.put("at", text(entry.at()));
    map.put("who", entry.who());
    map.put("application", entry.application());
    map.put("what", entry.action());
    map.put("policy", entry.policy());
    map.put("details", parsed(entry.details()));
    return map;
  }
}
