package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.BinList;
import dev.archivist.db.Database;
import dev.archivist.db.HoldRepository;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.run.Backlog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how things stand. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show policies, tiers, last and running jobs, backlog and its age.")
final class StatusCommand extends ConfiguredCommand {
  private static final int JOBS_SHOWN = 10;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Override
  public Integer call() {
    try (Database database = Database.open(settings())) {
      Archive archive = new Archive(database);
      List<Backlog> backlogs =
          archive.policies().stream().map(policy -> Backlog.of(archive, policy)).toList();
      if (json) {
        printJson(document(database, archive, backlogs));
      } else {
        print(database, archive, backlogs);
      }
    }
    return 0;
  }

  private void print(Database database, Archive archive, List<Backlog> backlogs) {
    out().println("database: " + database.url() + "; engine: " + host(database));
    out().println();
    TextTable policies =
        new TextTable("policy", "kind", "live table", "backlog", "oldest", "last job", "ended");
    for (Backlog backlog : backlogs) {
      Archive.JobSummary last = archive.lastJob(backlog.policy().name()).orElse(null);
      policies.row(
          backlog.policy().name() + (backlog.policy().enabled() ? "" : " (disabled)"),
          backlog.policy().kind(),
          backlog.policy().sourceTable(),
          backlog.refused() ? "refused" : Amounts.count(backlog.rows()) + " rows",
          backlog.oldestMonth().isEmpty() ? "-" : backlog.oldestMonth(),
          last == null ? "-" : last.status(),
          last == null ? "-" : Amounts.instant(last.completedAt()));
    }
    policies.print(out());
    out().println();
    TextTable tiers = new TextTable("archive", "rows", "oldest", "newest", "bytes");
    for (Archive.Tier tier : archive.archiveTiers()) {
      tiers.row(
          tier.policy(),
          Amounts.count(tier.rows()),
          Amounts.instant(tier.oldest()),
          Amounts.instant(tier.newest()),
          Amounts.bytes(tier.bytes()));
    }
    tiers.print(out());
    out().println();
    printHolds(archive);
    printBin(database);
    printJobs(archive);
    backlogs.stream()
        .flatMap(backlog -> backlog.remarks().stream())
        .forEach(remark -> out().println("  " + remark));
  }

  private void printHolds(Archive archive) {
    List<HoldRepository.Entry> holds = new HoldRepository(archive).list(false);
    if (!holds.isEmpty()) {
      HoldCommand.table(holds).print(out());
      out().println();
    }
  }

  private void printBin(Database database) {
    List<BinList.Entry> entries = new BinList(database).entries();
    if (!entries.isEmpty()) {
      BinCommand.Listing.table(entries).print(out());
      out().println();
    }
  }

  private void printJobs(Archive archive) {
    List<Archive.JobSummary> jobs = archive.jobs(JOBS_SHOWN);
    if (jobs.isEmpty()) {
      out().println("  no job has run yet: archivist run --all");
      return;
    }
    TextTable table = new TextTable("job", "action", "status", "started", "took", "rows", "why");
    for (Archive.JobSummary job : jobs) {
      table.row(
          job.policy(),
          job.action(),
          job.status(),
          Amounts.instant(job.startedAt()),
          Amounts.duration(job.startedAt(), job.completedAt()),
          Amounts.count(job.processed()),
          job.errorMessage() == null ? "" : job.errorMessage());
    }
    table.print(out());
  }

  private static Map<String, Object> document(
      Database database, Archive archive, List<Backlog> backlogs) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("database", database.url().toString());
    document.put("host", host(database));
    document.put("policies", backlogs.stream().map(StatusCommand::policy).toList());
    document.put("archive", archive.archiveTiers().stream().map(StatusCommand::tier).toList());
    document.put(
        "holds",
        new HoldRepository(archive).list(false).stream().map(HoldCommand::document).toList());
    document.put(
        "bin", new BinList(database).entries().stream().map(BinCommand.Listing::document).toList());
    document.put("jobs", archive.jobs(JOBS_SHOWN).stream().map(StatusCommand::job).toList());
    return document;
  }

  private static String host(Database database) {
    return new Migrations(database).host().label();
  }

  private static Map<String, Object> policy(Backlog backlog) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", backlog.policy().name());
    map.put("kind", backlog.policy().kind());
    map.put("enabled", backlog.policy().enabled());
    map.put("backlog_rows", backlog.rows());
    map.put("backlog_oldest_month", backlog.oldestMonth());
    map.put("held_rows", backlog.heldRows());
    map.put("refused", backlog.refused());
    List<String> remarks = new ArrayList<>(backlog.remarks());
    map.put("remarks", remarks);
    return map;
  }

  private static Map<String, Object> tier(Archive.Tier tier) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("policy", tier.policy());
    map.put("rows", tier.rows());
    map.put("oldest", text(tier.oldest()));
    map.put("newest", text(tier.newest()));
    map.put("bytes", tier.bytes());
    return map;
  }

  private static Map<String, Object> job(Archive.JobSummary job) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", job.id().toString());
    map.put("policy", job.policy());
    map.put("action", job.action());
    map.put("status", job.status());
    map.put("host", job.host());
    map.put("started_at", text(job.startedAt()));
    map.put("completed_at", text(job.completedAt()));
    map.put("records_processed", job.processed());
    map.put("records_archived", job.archived());
    map.put("records_deleted", job.deleted());
    map.put("bytes_archived", job.bytes());
    map.put("batches", job.batches());
    map.put("error_message", job.errorMessage());
    return map;
  }
}
