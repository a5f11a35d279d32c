package dev.archivist.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.Plans;
import dev.archivist.run.PolicyRun;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes archived rows and reports back. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Take archived rows and reports back, batch by batch.",
      "They leave the archive, go back to the live table or to their paths, and are held there: no",
      "run takes them again before the hold ends. With --into they are copied into a table of yours",
      "and stay archived. Nothing is ever overwritten: rows that have others in their place are",
      "listed, and nothing is restored. Interrupted, the same command goes on. It takes a role that",
      "is a member of archive_owner. SIGTERM finishes the batch in hand."
    })
final class RestoreCommand extends ConfiguredCommand {
  @Option(names = "--policy", required = true, paramLabel = "NAME", description = "the policy")
  String policy;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      converter = UtcInstant.class,
      description = "first instant, by the policy's time column, in UTC")
  OffsetDateTime from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TIME",
      converter = UtcInstant.class,
      description = "first instant that stays archived")
  OffsetDateTime to;

  @Option(
      names = "--into",
      paramLabel = "TABLE",
      description = {
        "copy into this table; made if it is not there. A table that is there needs the archive's",
        "columns and a unique key on columns of the archive's primary key"
      })
  String into;

  @Option(
      names = "--where",
      paramLabel = "COLUMN=VALUE",
      converter = Matching.Converter.class,
      description = {
        "only rows with this value; repeatable with other columns, then all must hold. No other",
        "conditions: the database runs them with rights that are not yours"
      })
  List<Matching> where = new ArrayList<>();

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      description = "how long what comes back is held: 30d, 12h, \"6 months\"; 0 not at all (30d)")
  String hold;

  @Option(names = "--dry-run", description = "only look: what would come back, what is in the way")
  boolean dryRun;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    String options = oneLine(options());
    try (Shutdown shutdown = Shutdown.install();
        Database database = Database.open(settings())) {
      Archive archive = new Archive(database);
      requireKnown(archive, List.of(policy));
      return dryRun ? look(archive, options) : restore(database, archive, shutdown, options);
    }
  }

  private Map<String, Object> options() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("from", text(from));
    options.put("to", text(to));
    if (into != null) {
      options.put("into", into);
    }
    if (hold != null) {
      options.put("hold", hold);
    }
    if (!where.isEmpty()) {
      options.put("where", Matching.map(where, "Restore once for each value."));
    }
    return options;
  }

  private int restore(Database database, Archive archive, Shutdown shutdown, String options) {
    PolicyRun run =
        new PolicyRun(
            database,
            settings(),
            shutdown.signal(),
            new ConsoleProgress(err(), verbose(), any -> rows(archive, options)));
    JobOutcome outcome = run.restore(policy, options);
    if (json) {
      printJson(document(outcome));
    } else if (outcome.job().isPresent()) {
      print(outcome);
    }
    return outcome.exitCode();
  }

  private long rows(Archive archive, String options) {
    return parsed(archive.restorePreview(policy, options)).path("rows").asLong();
  }

  private void print(JobOutcome outcome) {
    new TextTable("policy", "status", "restored", "bytes", "batches")
        .row(
            outcome.policy(),
            outcome.status(),
            Amounts.count(outcome.total().processed()),
            Amounts.bytes(outcome.total().bytes()),
            Amounts.count(outcome.batches()))
        .print(out());
  }

  private static Map<String, Object> document(JobOutcome outcome) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("policy", outcome.policy());
    document.put("job", outcome.job().map(Object::toString).orElse(null));
    document.put("status", outcome.status());
    document.put("records_restored", outcome.total().processed());
    document.put("bytes_restored", outcome.total().bytes());
    document.put("batches", outcome.batches());
    document.put("error", outcome.failure().map(Throwable::getMessage).orElse(null));
    document.put("hint", outcome.failure().map(failure -> failure.hint()).orElse(null));
    document.put("problems", outcome.problems());
    document.put("exit_code", outcome.exitCode());
    return document;
  }

  private int look(Archive archive, String options) {
    JsonNode preview = new Plans(archive, settings()).restore(policy, options);
    if (json) {
      printJson(preview);
    } else {
      print(preview);
    }
    if (!preview.path("refusals").isEmpty()) {
      return ArchiveError.POLICY_REFUSED.exitCode();
    }
    return preview.path("conflicts").isEmpty() ? 0 : ArchiveError.RESTORE_CONFLICT.exitCode();
  }

  private void print(JsonNode preview) {
    out()
        .println(
            "%s: %s to %s into %s: %s rows, %s%s"
                .formatted(
                    preview.path("policy").asText(),
                    preview.path("from").asText(),
                    preview.path("to").asText(),
                    preview.path("target").asText(),
                    Amounts.count(preview.path("rows").asLong()),
                    Amounts.bytes(preview.path("bytes").asLong()),
                    preview.path("hold").isNull()
                        ? ", not held"
                        : ", held for " + preview.path("hold").asText()));
    for (JsonNode refusal : preview.path("refusals")) {
      out().println("  REFUSED: " + refusal.path("what").asText());
      out().println("     why: " + refusal.path("why").asText());
      out().println("    HINT: " + refusal.path("hint").asText());
    }
    preview.path("notes").forEach(note -> out().println("  NOTE: " + note.asText()));
    for (JsonNode conflict : preview.path("conflicts")) {
      List<String> shown = new ArrayList<>();
      conflict.path("shown").forEach(each -> shown.add(each.asText()));
      out()
          .println(
              "  CONFLICT: %s: %s rows: %s"
                  .formatted(
                      conflict.path("key").asText(),
                      Amounts.count(conflict.path("rows").asLong()),
                      String.join(", ", shown)));
    }
    TextTable table = new TextTable("month", "rows", "bytes");
    preview
        .path("months")
        .forEach(
            month ->
                table.row(
                    month.path("month").asText(),
                    Amounts.count(month.path("rows").asLong()),
                    Amounts.bytes(month.path("bytes").asLong())));
    if (!preview.path("months").isEmpty()) {
      table.print(out());
    }
    out().flush();
  }
}
