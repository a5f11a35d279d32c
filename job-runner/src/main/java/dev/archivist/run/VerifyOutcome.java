package dev.archivist.run;

import dev.archivist.document.VerifiedRows;
import dev.archivist.document.VerifySummary;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import java.util.Optional;

/**
 * What a verification found.
 *
 * @param rows ledger, journal and data compared, as {@code archive.verify} gives it
 * @param objects the reports' objects; empty for policies without files
 * @param failure why not everything could be looked at: the store failed, or the role may not read
 */
public record VerifyOutcome(
    VerifiedRows rows, Optional<Objects> objects, Optional<ArchiveFailure> failure) {

  /**
   * @param checked archived reports whose object was looked at
   * @param withoutChecksum objects of which the store knows only the size
   * @param expired reports whose object is gone, as its retention allows
   * @param deep whether the objects were read
   * @param problems what is not as it was recorded
   * @param unreferenced objects that no report refers to; those of a run under way are among them
   */
  public record Objects(
      long checked,
      long withoutChecksum,
      long expired,
      boolean deep,
      List<Problem> problems,
      List<String> unreferenced) {}

  /** An archived report whose object is not as it was recorded. */
  public record Problem(String report, String month, String location, String problem) {}

  /** Whether all that could be looked at is as it was recorded. */
  public boolean ok() {
    return rows.ok() && objects.map(found -> found.problems().isEmpty()).orElse(true);
  }

  /** Whether rows differ; others may not have been compared. */
  public boolean rowsDiffer() {
    return rows.months().stream().anyMatch(VerifiedRows.Differing.class::isInstance);
  }

  /** Of which months of the bin nothing is known, because the role may not read them. */
  static Optional<ArchiveFailure> unread(VerifiedRows rows) {
    List<VerifiedRows.Unreadable> unread =
        rows.months().stream()
            .filter(VerifiedRows.Unreadable.class::isInstance)
            .map(VerifiedRows.Unreadable.class::cast)
            .toList();
    return unread.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ArchiveFailure(
                ArchiveError.PRIVILEGE_MISSING,
                "%d tables in the bin could not be compared: %s"
                    .formatted(unread.size(), unread.get(0).error()),
                "The role that verifies needs the right to read the tables in archive_bin; a member of"
                    + " archive_owner has it. The rest was compared."));
  }

  /** What could not be looked at is graver than a difference. */
  public int exitCode() {
    return failure
        .map(each -> each.error().exitCode())
        .orElse(ok() ? 0 : ArchiveError.LEDGER_DIFFERS.exitCode());
  }

  /** As {@code verify --json} has it. */
  public VerifySummary.Policy document() {
    return new VerifySummary.Policy(
        ok() && failure.isEmpty(),
        rows.policy(),
        rows.rows(),
        rows.months(),
        objects.map(VerifyOutcome::document).orElse(null),
        failure.map(Throwable::getMessage).orElse(null),
        failure.map(ArchiveFailure::hint).orElse(null));
  }

  /** The same of a policy of which no rows could be compared. */
  public static VerifySummary.Policy document(String policy, ArchiveFailure failure) {
    return new VerifySummary.Policy(
        false, policy, null, null, null, failure.getMessage(), failure.hint());
  }

  private static VerifySummary.Objects document(Objects objects) {
    return new VerifySummary.Objects(
        objects.checked(),
        objects.deep(),
        objects.withoutChecksum(),
        objects.expired(),
        objects.problems().stream()
            .map(
                each ->
                    new VerifySummary.Problem(
                        each.report(), each.month(), each.location(), each.problem()))
            .toList(),
        objects.unreferenced());
  }
}
