package dev.archivist.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares the ledger with the archived rows. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Recompute the ledger from the archived rows and say where they differ.",
      "Month by month: rows, bytes and content digest. Objects in the store are not read. Exit code 1",
      "if anything differs."
    })
final class VerifyCommand extends ConfiguredCommand {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin PolicySelection selection;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    try (Database database = Database.open(settings())) {
      Archive archive = new Archive(database);
      boolean ok = true;
      List<String> policies = selection.names(archive);
      for (String policy : policies) {
        JsonNode result = JSON.readTree(archive.verify(policy));
        ok &= result.path("ok").asBoolean();
        print(result);
      }
      return ok ? 0 : ArchiveError.LEDGER_DIFFERS.exitCode();
    }
  }

  private void print(JsonNode result) {
    if (json) {
      printJson(result);
      return;
    }
    out()
        .println(
            "%s: %s: %s rows in %d months"
                .formatted(
                    result.path("policy").asText(),
                    result.path("ok").asBoolean() ? "ledger and data agree" : "DIFFERENT",
                    Amounts.count(result.path("rows").asLong()),
                    result.path("months").size()));
    for (JsonNode month : result.path("months")) {
      if (!month.path("ok").asBoolean()) {
        out().println("  " + month.path("month").asText() + ":");
        out().println("    ledger: " + month.path("ledger"));
        out().println("    data:   " + month.path("data"));
      }
    }
  }
}
