package dev.archivist.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.run.Plans;
import java.io.PrintWriter;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes and prints plans, for {@code plan} and {@code run --dry-run}. */
final class PlanPrinter {
  private final ConfiguredCommand command;

  PlanPrinter(ConfiguredCommand command) {
    this.command = command;
  }

  /** Returns the exit code: 0, or that of a refusal. */
  int writeAndPrint(Plans plans, List<String> policies, boolean json) {
    OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
    List<Plans.Written> written =
        policies.stream().map(policy -> plans.write(policy, now)).toList();
    if (json) {
      command.printJson(written.stream().map(PlanPrinter::document).toList());
    } else {
      written.forEach(this::print);
    }
    return written.stream().anyMatch(Plans.Written::refused)
        ? ArchiveError.POLICY_REFUSED.exitCode()
        : 0;
  }

  private static Map<String, Object> document(Plans.Written plan) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("run_file", plan.runFile().toString());
    document.put("plan", plan.json());
    return document;
  }

  private void print(Plans.Written plan) {
    PrintWriter out = command.out();
    JsonNode json = plan.json();
    out.println(
        "%s: %s %s -> %s"
            .formatted(
                json.path("policy").asText(),
                json.path("kind").asText(),
                json.path("source").asText(),
                json.path("archive").asText()));
    for (JsonNode refusal : json.path("refusals")) {
      out.println("  REFUSED: " + refusal.path("what").asText());
      out.println("     why: " + refusal.path("why").asText());
      out.println("    HINT: " + refusal.path("hint").asText());
    }
    if (!plan.refused()) {
      out.println(
          "  older than %s: %s rows, %s, in %d months; %d partitions to make; batches of %s rows"
              .formatted(
                  json.path("cutoff").asText(),
                  Amounts.count(plan.rows()),
                  Amounts.bytes(plan.bytes()),
                  json.path("windows").size(),
                  json.path("partitions_to_make").size(),
                  Amounts.count(json.path("batch_rows").asLong())));
      printWindows(json);
      printHolds(json);
    }
    json.path("warnings").forEach(warning -> out.println("  WARNING: " + warning.asText()));
    out.println("  run file: " + plan.runFile());
    out.println();
  }

  private void printHolds(JsonNode json) {
    if (!json.path("holds").isEmpty()) {
      command
          .out()
          .println(
              "  "
                  + Amounts.count(json.path("held_rows").asLong())
                  + " rows are held by "
                  + json.path("holds").size()
                  + " holds: archivist hold list");
    }
  }

  private void printWindows(JsonNode json) {
    if (json.path("windows").isEmpty()) {
      return;
    }
    TextTable table = new TextTable("month", "rows", "bytes", "partition");
    for (JsonNode window : json.path("windows")) {
      List<String> cells = new ArrayList<>();
      cells.add(window.path("month").asText());
      cells.add(Amounts.count(window.path("rows").asLong()));
      cells.add(Amounts.bytes(window.path("bytes").asLong()));
      cells.add(
          window.path("partition").asText()
              + (window.path("partition_missing").asBoolean() ? " (to make)" : ""));
      table.row(cells);
    }
    table.print(command.out());
  }
}
