package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.ReconcileOutcome;
import dev.archivist.run.Reconciler;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings reports and objects together after the database has gone back in time. */
@Command(
    name = "reconcile",
    mixinStandardHelpOptions = true,
    header = "Mend files and objects after a restore from a backup (ZA029).",
    description =
        "Bring reports, files and objects together after the database was restored from "
            + "an older backup (ZA029). Without --apply it only says what differs. With it, "
            + "files that were archived and deleted since come back from their objects, and "
            + "reports that were restored since are live again. Nothing is deleted or "
            + "overwritten. It takes a role that is a member of archive_owner. Exit code 1 if there is "
            + "something to apply, or something is lost; what stays does not count.")
final class ReconcileCommand extends ConfiguredCommand {
  @Mixin PolicySelection selection;

  @Option(names = "--apply", description = "do it")
  boolean apply;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    try (Shutdown shutdown = Shutdown.install(err());
        Database database = openDatabase()) {
      Archive archive = new Archive(database);
      Reconciler reconciler = new Reconciler(database, settings(), shutdown.signal());
      List<ReconcileOutcome> outcomes = new ArrayList<>();
      for (String policy : selection.namesAlsoDisabled(archive)) {
        if (concerns(archive, policy) && !shutdown.signal().isRequested()) {
          outcomes.add(apply ? reconciler.apply(policy) : reconciler.look(policy));
        }
      }
      print(outcomes);
      return PurgePrinter.exitCode(outcomes.stream().map(ReconcileOutcome::exitCode).toList());
    }
  }

  /** Of one that is not valid nobody knows; its outcome says why, and the others have theirs. */
  private static boolean concerns(Archive archive, String policy) {
    try {
      return archive.hasFiles(policy);
    } catch (ArchiveFailure failure) {
      if (failure.error() == ArchiveError.POLICY_INVALID) {
        return true;
      }
      throw failure;
    }
  }

  private void print(List<ReconcileOutcome> outcomes) {
    if (json) {
      printJson(outcomes.stream().map(ReconcileOutcome::document).toList());
      return;
    }
    for (ReconcileOutcome outcome : outcomes) {
      outcome.storeIsNewer().ifPresent(why -> out().println("  " + why));
      if (outcome.failure().isEmpty() && outcome.differences().isEmpty()) {
        out().println("  " + outcome.policy() + ": reports and objects belong together");
      }
      if (!outcome.differences().isEmpty()) {
        table(outcome).print(out());
      }
      outcome.failure().ifPresent(failure -> Failures.print(err(), failure, verbose()));
    }
    boolean more = outcomes.stream().anyMatch(each -> each.storeIsNewer().isPresent()) && !apply;
    if (more) {
      out().println("  archivist reconcile --apply brings them together");
    }
    out().flush();
  }

  private static TextTable table(ReconcileOutcome outcome) {
    TextTable table = new TextTable("policy", "finding", "report", "file", "object", "");
    for (ReconcileOutcome.Difference each : outcome.differences()) {
      table.row(
          outcome.policy(),
          each.finding().label(),
          each.report().map(report -> report.id().toString()).orElse("-"),
          each.report().map(ArchivedReport::file).orElse("-"),
          each.location(),
          each.words());
    }
    return table;
  }
}
