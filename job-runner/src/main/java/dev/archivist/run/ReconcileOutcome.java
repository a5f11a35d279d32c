package dev.archivist.run;

import dev.archivist.document.ReconcileSummary;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What differs between a policy's reports and their objects, and what was done about it.
 *
 * @param policy the policy's name
 * @param job the job that did it; empty if it was only looked
 * @param storeIsNewer why the store may have seen what the database does not know
 * @param differences what differs
 * @param failure why it failed as a whole
 */
public record ReconcileOutcome(
    String policy,
    Optional<UUID> job,
    Optional<String> storeIsNewer,
    List<Difference> differences,
    Optional<ArchiveFailure> failure) {
  public ReconcileOutcome {
    differences = List.copyOf(differences);
  }

  /** What may differ. */
  public enum Finding {
    /** A live report's file is gone, and an object has its content. */
    FILE_MISSING("file-missing", "put the file back from the object", true),
    /** An archived report's object is gone, and its file is in its place. */
    OBJECT_MISSING("object-missing", "restore the report; its file is in its place", true),
    /** An archived report's object is gone or damaged, and so is its file. */
    LOST(
        "lost",
        "nothing here has it: look for the object in the store's versions or backups",
        false),
    /** An archived report's object lies in a store that is not the configured one. */
    ELSEWHERE("elsewhere", "nothing: point ARCHIVE_STORE_URI to the store that it lies in", false),
    /** An archived report's object lies in another database's store inside this one. */
    IN_ANOTHER_STORE(
        "in-another-store", "it is the other database's: archivist store show says whose", false),
    /** A live report's file is there, and an object of its name holds other content. */
    OTHER_CONTENT("other-content", "both stay", false),
    /** The report of the object's name is not known, or is archived with another object. */
    NO_REPORT("no-report", "it stays", false);

    private final String label;
    private final String remedy;
    private final boolean isToDo;

    Finding(String label, String remedy, boolean isToDo) {
      this.label = label;
      this.remedy = remedy;
      this.isToDo = isToDo;
    }

    /** As people and programs read it. */
    public String label() {
      return label;
    }
  }

  /**
   * One that differs.
   *
   * @param finding how
   * @param report the report that the object is named after; empty if there is none
   * @param location the object's URI
   * @param done whether something was done about it
   * @param problem why nothing could be done, or it could not be told
   */
  public record Difference(
      Finding finding,
      Optional<ArchivedReport> report,
      String location,
      boolean done,
      Optional<String> problem) {

    static Difference of(Finding finding, ArchivedReport report) {
      return new Difference(
          finding, Optional.of(report), report.object().location(), false, Optional.empty());
    }

    static Difference withoutReport(String location) {
      return new Difference(Finding.NO_REPORT, Optional.empty(), location, false, Optional.empty());
    }

    Difference whenDone() {
      return new Difference(finding, report, location, true, Optional.empty());
    }

    Difference with(String why) {
      return new Difference(finding, report, location, false, Optional.of(why));
    }

    /** What is to be done about it, or was, or why not. */
    public String words() {
      return problem.orElseGet(() -> done ? "done: " + finding.remedy : finding.remedy);
    }

    /** Whether the object may be the only copy of something that nobody but the user can name. */
    boolean isLeftToTheUser() {
      return finding == Finding.OTHER_CONTENT
          || (finding == Finding.FILE_MISSING && problem.isPresent());
    }

    boolean isLeft() {
      return finding == Finding.LOST
          || finding == Finding.ELSEWHERE
          || finding == Finding.IN_ANOTHER_STORE
          || problem.isPresent()
          || (finding.isToDo && !done);
    }
  }

  /**
   * The program's exit code: 0 if nothing failed, nothing is lost, and nothing is left to do. What
   * stays as it is does not count.
   */
  public int exitCode() {
    boolean isToBeApplied = job.isEmpty() && storeIsNewer.isPresent();
    return failure
        .map(each -> each.error().exitCode())
        .orElse(isToBeApplied || differences.stream().anyMatch(Difference::isLeft) ? 1 : 0);
  }

  /** As {@code reconcile --json} has it. */
  public ReconcileSummary document() {
    return new ReconcileSummary(
        policy,
        job.orElse(null),
        storeIsNewer.orElse(null),
        differences.stream().map(ReconcileOutcome::document).toList(),
        failure.map(Throwable::getMessage).orElse(null),
        failure.map(ArchiveFailure::hint).orElse(null),
        exitCode());
  }

  private static ReconcileSummary.Difference document(Difference each) {
    return new ReconcileSummary.Difference(
        each.finding().label(),
        each.report().map(ArchivedReport::id).orElse(null),
        each.report().map(ArchivedReport::file).orElse(null),
        each.location(),
        each.finding().remedy,
        each.done(),
        each.problem().orElse(null));
  }
}
