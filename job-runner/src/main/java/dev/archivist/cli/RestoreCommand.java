package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.document.Json;
import dev.archivist.document.RestoreOptions;
import dev.archivist.document.RestorePlan;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.JobOutcome;
import dev.archivist.run.Plans;
import dev.archivist.run.PolicyRun;
import dev.archivist.run.Verifier;
import dev.archivist.run.VerifyProgress;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes archived rows and reports back. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    header = "Take archived rows and reports back, batch by batch.",
    description =
        "They leave the archive, go back to the live table or to their paths, and are held "
            + "there: no run takes them again before the hold ends. With --into they are copied "
            + "into a table of yours and stay archived. Nothing is ever overwritten: rows that have "
            + "others in their place are listed, and nothing is restored. Interrupted, the same "
            + "command continues. It takes a role that is a member of archive_owner. SIGTERM "
            + "finishes the batch in hand.")
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
      description =
          "copy into this table; made if it is not there. A table that is there needs the "
              + "archive's columns and a unique key on columns of the archive's primary key")
  String into;

  @Option(
      names = "--where",
      paramLabel = "COLUMN=VALUE",
      converter = Matching.Converter.class,
      description =
          "only rows with this value; repeatable with other columns, then all must match. No "
              + "other conditions: the database runs them with rights that are not yours")
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
    String options = Json.line(options());
    try (Shutdown shutdown = Shutdown.install(err());
        Database database = dryRun ? openDatabaseToLook() : openDatabase()) {
      Archive archive = new Archive(database);
      requireKnown(archive, List.of(policy));
      return dryRun
          ? look(database, archive, options)
          : restore(database, archive, shutdown, options);
    }
  }

  private RestoreOptions options() {
    return new RestoreOptions(
        from, to, into, hold, Matching.map(where, "Restore once for each value."));
  }

  private int restore(Database database, Archive archive, Shutdown shutdown, String options) {
    PolicyRun run =
        new PolicyRun(
            database,
            settings(),
            shutdown.signal(),
            new ConsoleProgress(err(), verbose(), any -> rows(archive, options)));
    JobOutcome outcome = run.restore(policy, options);
    List<String> notes = outcome.total().processed() > 0 ? differing(database) : List.of();
    if (json) {
      printJson(outcome.restoreDocument(notes));
    } else if (outcome.job().isPresent()) {
      print(outcome);
      printNotes(notes);
    }
    return outcome.exitCode();
  }

  /** Rows that nobody archived as they are may come back with the others. */
  private List<String> differing(Database database) {
    try {
      return new Verifier(database, settings(), VerifyProgress.SILENT).differing(policy, from, to);
    } catch (ArchiveFailure failure) {
      return List.of(
          "whether the months differ from the ledger cannot be told: " + failure.getMessage());
    }
  }

  private void printNotes(List<String> notes) {
    notes.forEach(note -> out().println("  NOTE: " + note));
  }

  private long rows(Archive archive, String options) {
    return archive.restorePreview(policy, options).rows();
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

  private int look(Database database, Archive archive, String options) {
    RestorePlan found = new Plans(archive, settings()).restore(policy, options);
    RestorePlan plan = found.rows() > 0 ? found.withNotes(differing(database)) : found;
    if (json) {
      printJson(plan);
    } else {
      print(plan);
    }
    if (!plan.refusals().isEmpty()) {
      return ArchiveError.POLICY_REFUSED.exitCode();
    }
    return plan.conflicts().isEmpty() ? 0 : ArchiveError.RESTORE_CONFLICT.exitCode();
  }

  private void print(RestorePlan plan) {
    out()
        .println(
            "%s: %s to %s into %s: %s rows, %s%s"
                .formatted(
                    plan.policy(),
                    Json.instant(plan.from()),
                    Json.instant(plan.to()),
                    plan.target(),
                    Amounts.count(plan.rows()),
                    Amounts.bytes(plan.bytes()),
                    plan.hold() == null ? ", not held" : ", held for " + plan.hold()));
    PlanPrinter.printRefusals(out(), plan.refusals());
    printNotes(plan.notes());
    for (RestorePlan.Conflict conflict : plan.conflicts()) {
      out()
          .println(
              "  CONFLICT: %s: %s rows: %s"
                  .formatted(
                      conflict.key(),
                      Amounts.count(conflict.rows()),
                      String.join(", ", conflict.shown())));
    }
    if (!plan.months().isEmpty()) {
      TextTable table = new TextTable("month", "rows", "bytes");
      for (RestorePlan.Month month : plan.months()) {
        table.row(month.month(), Amounts.count(month.rows()), Amounts.bytes(month.bytes()));
      }
      table.print(out());
    }
    out().flush();
  }
}
