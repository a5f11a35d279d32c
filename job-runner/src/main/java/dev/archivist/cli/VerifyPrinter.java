package dev.archivist.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.VerifyOutcome;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a verification found, for people and for programs. */
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
    String policy = verified.rows().path("policy").asText();
    boolean rowsOk = verified.rows().path("ok").asBoolean();
    out.printf(
        "%s: %s: %s rows in %d months%n",
        policy,
        rowsOk ? "ledger, journal and rows agree" : "DIFFERENT",
        Amounts.count(verified.rows().path("rows").asLong()),
        verified.rows().path("months").size());
    for (JsonNode month : verified.rows().path("months")) {
      if (!month.path("ok").asBoolean()) {
        printMonth(month);
      }
    }
    verified.objects().ifPresent(objects -> printObjects(policy, objects));
    verified.failure().ifPresent(failure -> printFailure(policy, failure));
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

  private void printMonth(JsonNode month) {
    out.println("  " + month.path("month").asText() + ":");
    out.println("    ledger:  " + month.path("ledger"));
    out.println("    journal: " + month.path("journal"));
    out.println("    rows:    " + month.path("data"));
    int printed = 0;
    for (JsonNode batch : month.path("batches")) {
      if (printed++ < MOST) {
        out.println("    " + line(batch));
      }
    }
    printRest(printed, "batches");
  }

  private static String line(JsonNode batch) {
    return "batch %s %s: journal %s, rows %s"
        .formatted(
            batch.path("batch").asText("without id"),
            switch (batch.path("problem").asText()) {
              case "missing" -> "has no rows";
              case "unknown" -> "is not in the journal of this month";
              default -> "differs";
            },
            batch.path("journal"),
            batch.path("data"));
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

  void printAudit(JsonNode chain) {
    out.printf(
        "audit trail: %s%n",
        chain.path("ok").asBoolean()
            ? "%s entries, their chain is whole"
                .formatted(Amounts.count(chain.path("entries").asLong()))
            : "BROKEN at entry " + chain.path("broken_at").asText());
    out.printf(
        "  newest entry %s, hash %s%n", chain.path("newest").asText(), chain.path("hash").asText());
  }

  Map<String, Object> document(VerifyOutcome verified) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("ok", verified.ok() && verified.failure().isEmpty());
    document.put("policy", verified.rows().path("policy").asText());
    document.put("rows", verified.rows().path("rows").asLong());
    document.put("months", verified.rows().path("months"));
    verified.objects().ifPresent(objects -> document.put("objects", document(objects)));
    verified.failure().ifPresent(failure -> putFailure(document, failure));
    return document;
  }

  Map<String, Object> document(String policy, ArchiveFailure failure) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("ok", false);
    document.put("policy", policy);
    putFailure(document, failure);
    return document;
  }

  private static void putFailure(Map<String, Object> document, ArchiveFailure failure) {
    document.put("error", failure.getMessage());
    document.put("hint", failure.hint());
  }

  private static Map<String, Object> document(VerifyOutcome.Objects objects) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("checked", objects.checked());
    document.put("read", objects.deep());
    document.put("without_checksum", objects.withoutChecksum());
    document.put("expired", objects.expired());
    document.put("problems", objects.problems());
    document.put("unreferenced", objects.unreferenced());
    return document;
  }
}
