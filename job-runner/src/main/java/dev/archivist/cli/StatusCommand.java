package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.BinList;
import dev.archivist.db.Database;
import dev.archivist.db.DiskSizes;
import dev.archivist.db.HoldRepository;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.document.ArchiveTier;
import dev.archivist.document.DiskUse;
import dev.archivist.document.Job;
import dev.archivist.document.Status;
import dev.archivist.run.Backlog;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how things stand. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    header = "Show policies, backlog and its age, tiers, sizes on disk, last and running jobs.",
    description = "Exit code 3 if an enabled policy is invalid.")
final class StatusCommand extends ConfiguredCommand {
  private static final int JOBS_SHOWN = 10;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    try (Database database = openDatabase()) {
      Archive archive = new Archive(database);
      List<Backlog> backlogs = archive.inOneSession(Backlog::ofAll);
      Status status = status(database, archive, backlogs);
      if (json) {
        printJson(status);
      } else {
        print(status, archive, backlogs);
      }
      return exitCode(backlogs);
    }
  }

  /** That of a policy that should run and cannot be planned; what a plan refuses is no failure. */
  private static int exitCode(List<Backlog> backlogs) {
    return backlogs.stream()
        .filter(backlog -> backlog.policy().enabled())
        .flatMap(backlog -> backlog.failure().stream())
        .mapToInt(failure -> failure.error().exitCode())
        .max()
        .orElse(0);
  }

  private void print(Status status, Archive archive, List<Backlog> backlogs) {
    out().println("database: " + status.database() + "; engine: " + status.host());
    out().println();
    printPolicies(archive, backlogs);
    printTiers(status.archive());
    printDisk(status.disk());
    if (!status.holds().isEmpty()) {
      HoldCommand.table(status.holds()).print(out());
      out().println();
    }
    if (!status.bin().isEmpty()) {
      BinCommand.Listing.table(status.bin()).print(out());
      out().println();
    }
    printJobs(status.jobs());
    backlogs.stream()
        .flatMap(backlog -> backlog.remarks().stream())
        .forEach(remark -> out().println("  " + remark));
  }

  private void printPolicies(Archive archive, List<Backlog> backlogs) {
    TextTable policies =
        new TextTable("policy", "kind", "live table", "backlog", "oldest", "last run", "ended");
    for (Backlog backlog : backlogs) {
      Job last = archive.lastRun(backlog.policy().name()).orElse(null);
      policies.row(
          backlog.policy().name() + (backlog.policy().enabled() ? "" : " (disabled)"),
          backlog.policy().kind(),
          liveTable(backlog.policy()),
          backlog.failure().isPresent()
              ? "failed"
              : backlog.refused() ? "refused" : Amounts.count(backlog.rows()) + " rows",
          backlog.oldestMonth().isEmpty() ? "-" : backlog.oldestMonth(),
          last == null ? "-" : last.status(),
          last == null ? "-" : Amounts.instant(last.completedAt()));
    }
    policies.print(out());
    out().println();
  }

  /** With its schema, but for the one that is everybody's. */
  private static String liveTable(Archive.PolicySummary policy) {
    if (!policy.hasTable()) {
      return "-";
    }
    return policy.sourceSchema().equals("public")
        ? policy.sourceTable()
        : policy.sourceSchema() + "." + policy.sourceTable();
  }

  private void printTiers(List<ArchiveTier> archive) {
    TextTable tiers = new TextTable("archive", "rows", "oldest", "newest", "bytes");
    for (ArchiveTier tier : archive) {
      tiers.row(
          tier.policy(),
          Amounts.count(tier.rows()),
          Amounts.instant(tier.oldest()),
          Amounts.instant(tier.newest()),
          Amounts.bytes(tier.bytes()));
    }
    tiers.print(out());
    out().println();
  }

  private void printDisk(List<DiskUse> disk) {
    TextTable sizes = new TextTable("on disk", "live", "archive", "bin");
    for (DiskUse each : disk) {
      sizes.row(
          each.policy(),
          onDisk(each.liveBytes()),
          onDisk(each.archiveBytes()),
          onDisk(each.binBytes()));
    }
    sizes.print(out());
    out().println();
  }

  private static String onDisk(Long bytes) {
    return bytes == null ? "unknown" : Amounts.bytes(bytes);
  }

  private void printJobs(List<Job> jobs) {
    if (jobs.isEmpty()) {
      out().println("  no job has run yet: archivist run --all");
      return;
    }
    TextTable table = new TextTable("job", "action", "status", "started", "took", "rows", "why");
    for (Job job : jobs) {
      table.row(
          job.policy(),
          job.action(),
          job.status(),
          Amounts.instant(job.startedAt()),
          Amounts.duration(job.startedAt(), job.completedAt()),
          Amounts.count(job.recordsProcessed()),
          job.errorMessage() == null ? "" : job.errorMessage());
    }
    table.print(out());
  }

  private static Status status(Database database, Archive archive, List<Backlog> backlogs) {
    return new Status(
        database.url().toString(),
        new Migrations(database).host().label(),
        backlogs.stream().map(Backlog::document).toList(),
        archive.archiveTiers(),
        new DiskSizes(database).ofPolicies(),
        new HoldRepository(archive).list(false),
        new BinList(database).entries(),
        archive.jobs(JOBS_SHOWN));
  }
}
