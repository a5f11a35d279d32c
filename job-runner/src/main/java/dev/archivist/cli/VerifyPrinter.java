package dev.archivist.cli;

import dev.archivist.document.AuditChain;
import dev.archivist.document.Json;
import dev.archivist.document.VerifiedRows;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.VerifyOutcome;
import java.io.PrintWriter;

/** What a verification found, for people. */
final class VerifyPrinter {
  /** More lines of one kind than this help nobody; JSON has them all. */
  private static final int MOST = 20;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean verbose;

  VerifyPrinter(PrintWriter out, PrintWriter err, boolean verbose) {
    this.out = out;
    this.err = err;
    this.verbose = verbose;
  }

  void print(VerifyOutcome verified) {
    VerifiedRows rows = verified.rows();
    long binned = rows.months().stream().filter(month -> month.bin() != null).count();
    out.printf(
        "%s: %s: %s rows in %d months%s%n",
        rows.policy(),
        rows.ok()
            ? "ledger, journal and rows agree"
            : verified.rowsDiffer() ? "DIFFERENT" : "NOT ALL VERIFIED",
        Amounts.count(rows.rows()),
        rows.months().stream()
            .filter(month -> month.bin() == null)
            .map(VerifiedRows.Month::month)
            .distinct()
            .count(),
        binned == 0 ? "" : "; bin: " + Amounts.count(binned) + " tables");
    for (VerifiedRows.Month month : rows.months()) {
      if (month instanceof VerifiedRows.Differing differing) {
        print(differing);
      } else if (month instanceof VerifiedRows.Unreadable unreadable) {
        out.println(heading(unreadable) + " not compared, " + unreadable.error());
      }
    }
    verified.objects().ifPresent(objects -> printObjects(rows.policy(), objects));
    verified.failure().ifPresent(failure -> printFailure(rows.policy(), failure));
  }

  /** Of a policy of which no rows could be compared. */
  void print(String policy, ArchiveFailure failure) {
    boolean different = failure.error() == ArchiveError.LEDGER_DIFFERS;
    out.printf("%s: %s%n", policy, different ? "DIFFERENT" : "NOT VERIFIED");
    printFailure(policy, failure);
  }

  private void printFailure(String policy, ArchiveFailure failure) {
    err.print(policy + ": ");
    Failures.print(err, failure, verbose);
  }

  private void print(VerifiedRows.Differing month) {
    out.println(heading(month));
    month
        .columns()
        .forEach(
            column ->
                out.printf(
                    "    column %d was %s when rows came, and is %s%n",
                    column.number(), column.was(), column.is() == null ? "gone" : column.is()));
    if (month.liveToo() != null) {
      out.printf(
          "    %s rows are live too: they have the key and time of a live row%n",
          Amounts.count(month.liveToo()));
    }
    month.lost().forEach(lost -> out.println("    the table had when rows came: " + lost));
    out.println("    ledger:  " + Json.line(month.ledger()));
    out.println("    journal: " + Json.line(month.journal()));
    out.println("    rows:    " + Json.line(month.data()));
    month.batches().stream().limit(MOST).forEach(batch -> out.println("    " + line(batch)));
    printRest(month.batches().size(), "batches");
  }

  private static String heading(VerifiedRows.Month month) {
    return "  "
        + month.month()
        + (month.table() == null ? "" : " of " + month.table())
        + (month.bin() == null ? "" : " in the bin, entry " + month.bin())
        + ":";
  }

  private static String line(VerifiedRows.Batch batch) {
    return "batch %s %s: journal %s, rows %s"
        .formatted(
            batch.batch() == null ? "without id" : batch.batch(),
            switch (batch.problem()) {
              case "missing" -> "has no rows";
              case "unknown" -> "is not in the journal of this month";
              default -> "differs";
            },
            Json.line(batch.journal()),
            Json.line(batch.data()));
  }

  private void printObjects(String policy, VerifyOutcome.Objects objects) {
    out.printf(
        "%s: %s objects %s, %s not as recorded%s%s%n",
        policy,
        Amounts.count(objects.checked()),
        objects.deep() ? "read and compared" : "looked at",
        Amounts.count(objects.problems().size()),
        objects.expired() > 0
            ? "; %s past their retention are gone".formatted(Amounts.count(objects.expired()))
            : "",
        objects.withoutChecksum() > 0
            ? "; the store has no checksum of %s, --deep reads them"
                .formatted(Amounts.count(objects.withoutChecksum()))
            : "");
    objects.problems().stream()
        .limit(MOST)
        .forEach(
            problem ->
                out.printf(
                    "  report %s of %s: %s: %s%n",
                    problem.report(), problem.month(), problem.problem(), problem.location()));
    printRest(objects.problems().size(), "reports");
    if (!objects.unreferenced().isEmpty()) {
      out.printf(
          "  note: no report refers to %s objects; a run may be at work, or one was killed:%n",
          Amounts.count(objects.unreferenced().size()));
      objects.unreferenced().stream().limit(MOST).forEach(uri -> out.println("    " + uri));
      printRest(objects.unreferenced().size(), "objects");
    }
  }

  private void printRest(int size, String what) {
    if (size > MOST) {
      out.printf("    … and %s more %s; --json has all%n", Amounts.count(size - MOST), what);
    }
  }

  void printAudit(AuditChain chain) {
    out.printf(
        "audit trail: %s%n",
        chain.ok()
            ? "%s entries, their chain is whole".formatted(Amounts.count(chain.entries()))
            : "BROKEN at entry " + chain.brokenAt());
    out.printf("  newest entry %d, hash %s%n", chain.newest(), chain.hash());
  }
}
