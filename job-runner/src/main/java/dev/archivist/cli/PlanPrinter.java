package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.document.Json;
import dev.archivist.document.Plan;
import dev.archivist.document.Refusal;
import dev.archivist.document.WrittenPlan;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.Plans;
import java.io.PrintWriter;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Writes and prints plans, for {@code plan} and {@code run --dry-run}. */
final class PlanPrinter {
  private final ConfiguredCommand command;

  PlanPrinter(ConfiguredCommand command) {
    this.command = command;
  }

  /**
   * Returns the exit code: 0, or that of a refusal or failure. A policy that cannot be planned does
   * not keep the others from it.
   */
  int writeAndPrint(Archive archive, List<String> policies, boolean json) {
    return archive.inOneSession(
        one -> writeAndPrint(new Plans(one, command.settings()), policies, json));
  }

  private int writeAndPrint(Plans plans, List<String> policies, boolean json) {
    OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
    List<WrittenPlan> documents = new ArrayList<>();
    int exitCode = 0;
    for (String policy : policies) {
      try {
        WrittenPlan written = plans.write(policy, now);
        documents.add(written);
        if (!json) {
          print(written);
        }
        if (written.plan().refused()) {
          exitCode = Math.max(exitCode, ArchiveError.POLICY_REFUSED.exitCode());
        }
      } catch (ArchiveFailure failure) {
        if (!failure.isOfOnePolicy()) {
          throw failure;
        }
        documents.add(new WrittenPlan(policy, null, null, failure.getMessage(), failure.hint()));
        exitCode = Math.max(exitCode, failure.error().exitCode());
        command.err().print(policy + ": ");
        Failures.print(command.err(), failure, command.verbose());
      }
    }
    if (json) {
      command.printJson(documents);
    }
    return exitCode;
  }

  private void print(WrittenPlan written) {
    PrintWriter out = command.out();
    Plan plan = written.plan();
    out.println(
        "%s: %s %s -> %s".formatted(plan.policy(), plan.kind(), plan.source(), plan.archive()));
    printRefusals(out, plan.refusals());
    if (!plan.refused()) {
      out.println(
          "  older than %s: %s rows, %s, in %d months%s; %d partitions to make; batches of %s rows"
              .formatted(
                  Json.instant(plan.cutoff()),
                  Amounts.count(plan.rows()),
                  Amounts.bytes(plan.bytes()),
                  plan.windows().size(),
                  plan.values() == null
                      ? ""
                      : " -> %s values".formatted(Amounts.count(plan.values())),
                  plan.partitionsToMake().size(),
                  Amounts.count(plan.batchRows())));
      printWindows(out, plan.windows());
      printHolds(out, plan);
    }
    plan.warnings().forEach(warning -> out.println("  WARNING: " + warning));
    out.println("  run file: " + written.runFile());
    out.println();
  }

  /** Why a job would not start, and what to do about it. */
  static void printRefusals(PrintWriter out, List<Refusal> refusals) {
    for (Refusal refusal : refusals) {
      out.println("  REFUSED: " + refusal.what());
      out.println("     why: " + refusal.why());
      out.println("    HINT: " + refusal.hint());
    }
  }

  private static void printHolds(PrintWriter out, Plan plan) {
    if (!plan.holds().isEmpty()) {
      out.println(
          "  "
              + Amounts.count(plan.heldRows())
              + " rows are held by "
              + (plan.holds().size() == 1 ? "a hold" : plan.holds().size() + " holds")
              + ": archivist hold list");
    }
  }

  private static void printWindows(PrintWriter out, List<Plan.Window> windows) {
    if (windows.isEmpty()) {
      return;
    }
    TextTable table = new TextTable("month", "rows", "bytes", "partition");
    for (Plan.Window window : windows) {
      table.row(
          window.month(),
          Amounts.count(window.rows()),
          Amounts.bytes(window.bytes()),
          window.partition() + (window.partitionMissing() ? " (to make)" : ""));
    }
    table.print(out);
  }
}
