package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.run.JobOutcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the demo shows: tiers before and after, jobs, the proof, what to try next. */
final class DemoReport {
  private final PrintWriter out;
  private final Archive archive;
  private final Map<String, Archive.TableSize> liveBefore = new LinkedHashMap<>();
  private final Map<String, String> contentBefore = new LinkedHashMap<>();

  DemoReport(PrintWriter out, Archive archive) {
    this.out = out;
    this.archive = archive;
  }

  void before() {
    for (Archive.PolicySummary policy : archive.policiesWithTables()) {
      liveBefore.put(policy.name(), archive.size(policy.sourceSchema(), policy.sourceTable()));
      contentBefore.put(policy.name(), archive.content(policy.name()));
    }
    out.println();
    out.println("archiving …");
    out.flush();
  }

  /** Prints everything; true if nothing was lost or changed. */
  boolean after(List<JobOutcome> outcomes) {
    out.println();
    tiers();
    out.println();
    jobs(outcomes);
    out.println();
    saved(outcomes);
    out.println();
    boolean proven = proof();
    out.println();
    next();
    out.flush();
    return proven;
  }

  private void tiers() {
    TextTable table =
        new TextTable("tier", "rows before", "rows after", "on disk before", "on disk after");
    for (Archive.PolicySummary policy : archive.policiesWithTables()) {
      Archive.TableSize before = liveBefore.get(policy.name());
      Archive.TableSize live = archive.size(policy.sourceSchema(), policy.sourceTable());
      Archive.TableSize kept = archive.size(policy.archiveSchema(), policy.archiveTable());
      table.row(
          "live     " + policy.sourceTable(),
          Amounts.count(before.rows()),
          Amounts.count(live.rows()),
          Amounts.bytes(before.bytes()),
          Amounts.bytes(live.bytes()));
      table.row(
          "archive  " + policy.archiveTable(),
          "-",
          Amounts.count(kept.rows()),
          "-",
          Amounts.bytes(kept.bytes()));
    }
    table.print(out);
  }

  private void jobs(List<JobOutcome> outcomes) {
    TextTable table =
        new TextTable("job", "status", "taken", "archived", "left live", "batches", "time");
    for (JobOutcome outcome : outcomes) {
      String time =
          outcome
              .job()
              .flatMap(archive::job)
              .map(job -> Amounts.duration(job.startedAt(), job.completedAt()))
              .orElse("-");
      table.row(
          outcome.policy(),
          outcome.status(),
          Amounts.count(outcome.total().processed()),
          Amounts.count(outcome.total().archived()),
          Amounts.bytes(outcome.total().bytes()),
          Amounts.count(outcome.batches()),
          time);
    }
    table.print(out);
  }

  private void saved(List<JobOutcome> outcomes) {
    out.println("saved:");
    for (JobOutcome outcome : outcomes) {
      out.println(
          "  %-8s %s left the live tier in %s rows; the archive gained %s rows"
              .formatted(
                  outcome.policy(),
                  Amounts.bytes(outcome.total().bytes()),
                  Amounts.count(outcome.total().deleted()),
                  Amounts.count(outcome.total().archived())));
    }
    Archive.StoredObjects objects = archive.storedObjects("reports");
    if (objects.count() > 0) {
      out.println(
          "  %s of report files are %s in the object store, in %s objects"
              .formatted(
                  Amounts.bytes(objects.contentBytes()),
                  Amounts.bytes(objects.objectBytes()),
                  Amounts.count(objects.count())));
    }
  }

  private boolean proof() {
    boolean proven = true;
    List<String> lines = new ArrayList<>();
    for (Archive.PolicySummary policy : archive.policiesWithTables()) {
      String before = contentBefore.get(policy.name());
      String after = archive.content(policy.name());
      boolean conserved = before.equals(after);
      boolean ledger = archive.verify(policy.name()).ok();
      proven &= conserved && ledger;
      lines.add(
          "  %-8s content before = live + archive: %s; ledger = data: %s   (%s)"
              .formatted(
                  policy.name(),
                  conserved ? "yes" : "NO, it was " + before,
                  ledger ? "yes" : "NO",
                  after));
    }
    out.println("proof, recomputed from the data:");
    lines.forEach(out::println);
    return proven;
  }

  private void next() {
    out.println("try next:");
    out.println("  ./archivist sql \"SELECT * FROM v_archive_statistics\"");
    out.println(
        "  ./archivist sql \"SELECT is_archived, count(*) FROM v_scenario_logs_all GROUP BY 1\"");
    out.println("  ./archivist status          policies, tiers, jobs, backlog");
    out.println("  ./archivist plan --all      what the next run would do");
    out.println("  ./archivist schedule        every night at 03:00");
  }
}
