package dev.archivist.cli;

import dev.archivist.db.Archive;
import dev.archivist.db.AuditTrail;
import dev.archivist.db.Database;
import dev.archivist.document.AuditChain;
import dev.archivist.document.VerifySummary;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.Verifier;
import dev.archivist.run.VerifyOutcome;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks that the archive holds what was archived. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    header = "Compare archived rows, objects and the audit trail with what was noted of them.",
    description =
        "Recompute rows, bytes and content digests from the archived rows, month by "
            + "month, and compare them with the ledger and with the journal of batches; look at "
            + "each report's object in the store; check the chain of the audit trail. Changes "
            + "nothing, and may run beside jobs. Without a policy, and with --all: all of them, disabled ones "
            + "too, and what was archived for policies that are gone. Exit code 1 if anything "
            + "differs, 3 if the store does not answer or something may not be read.")
final class VerifyCommand extends ConfiguredCommand {
  @Mixin PolicySelection selection;

  @Option(
      names = "--month",
      paramLabel = "YYYY-MM",
      description = "only this month (UTC) of policies, and not the audit trail")
  String month;

  @Option(
      names = "--deep",
      description = "read every object and compare its content, not only its size and checksum")
  boolean deep;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  private final List<VerifySummary.Policy> documents = new ArrayList<>();
  private int exitCode;

  @Override
  public Integer call() {
    Optional<Month> only = Optional.ofNullable(month).map(VerifyCommand::parse);
    try (Database database = openDatabase()) {
      Archive archive = new Archive(database);
      Verifier verifier = new Verifier(database, settings(), new VerifyBar(err(), verbose()));
      VerifyPrinter printer = new VerifyPrinter(out(), err(), verbose());
      for (String policy : selection.namesAlsoDisabled(archive)) {
        verify(verifier, policy, only, printer);
      }
      if (selection.isEverything() && only.isEmpty()) {
        verifier.ownerless().forEach((policy, failure) -> failed(policy, failure, printer));
      }
      Optional<AuditChain> audit =
          only.isEmpty() ? Optional.of(new AuditTrail(archive).verify()) : Optional.empty();
      if (!audit.map(AuditChain::ok).orElse(true)) {
        exitCode = Math.max(exitCode, ArchiveError.AUDIT_BROKEN.exitCode());
      }
      if (json) {
        printJson(new VerifySummary(exitCode == 0, documents, audit.orElse(null)));
      } else {
        audit.ifPresent(printer::printAudit);
      }
      return exitCode;
    }
  }

  /** A policy that cannot be verified does not keep the others from it. */
  private void verify(
      Verifier verifier, String policy, Optional<Month> only, VerifyPrinter printer) {
    try {
      VerifyOutcome verified = verifier.verify(policy, only, deep);
      exitCode = Math.max(exitCode, verified.exitCode());
      documents.add(verified.document());
      if (!json) {
        printer.print(verified);
      }
    } catch (ArchiveFailure failure) {
      failed(policy, failure, printer);
    }
  }

  private void failed(String policy, ArchiveFailure failure, VerifyPrinter printer) {
    exitCode = Math.max(exitCode, failure.error().exitCode());
    documents.add(VerifyOutcome.document(policy, failure));
    if (!json) {
      printer.print(policy, failure);
    }
  }

  private static Month parse(String text) {
    try {
      return new Month(YearMonth.parse(text));
    } catch (DateTimeParseException e) {
      throw new ArchiveFailure(
          ArchiveError.USAGE,
          "--month cannot be understood: \"" + text + "\"",
          "Write it as YYYY-MM, for example 2024-02.");
    }
  }
}
