package dev.archivist.run;

import dev.archivist.document.PurgeSummary;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What a purge, or a work on the bin, did to one policy.
 *
 * @param policy the policy's name
 * @param job the job's id; empty if there was nothing to do, or it could not be opened
 * @param months what happened to each month
 * @param objects what happened to objects of reports
 * @param failure why it failed as a whole
 */
public record PurgeOutcome(
    String policy,
    Optional<UUID> job,
    List<Purged> months,
    Objects objects,
    Optional<ArchiveFailure> failure) {
  public PurgeOutcome {
    months = List.copyOf(months);
  }

  /**
   * Objects.
   *
   * @param deleted those that no report referred to any more
   * @param expired those past their own retention, released for deletion
   * @param kept those released before, but held since
   * @param left why others stay as they are that were to change
   * @param notes why others stay that were to go
   * @param elsewhere those that are in another store, such as a former one: they wait
   */
  public record Objects(
      long deleted,
      long expired,
      long kept,
      List<String> left,
      List<String> notes,
      List<String> elsewhere) {
    static final Objects NONE = new Objects(0, 0, 0, List.of(), List.of(), List.of());

    public Objects {
      left = List.copyOf(left);
      notes = List.copyOf(notes);
      elsewhere = List.copyOf(elsewhere);
    }
  }

  /** How a month fared. */
  public enum Fate {
    /** Past its retention; a dry run looks no further. */
    DUE,
    /** Came to the bin. */
    BINNED,
    /** Was dropped from the bin. */
    DROPPED,
    /** Is back in the archive. */
    RESTORED,
    /** A hold keeps it. */
    HELD,
    /** Stays, because others use it; the next purge continues with it. */
    BUSY,
    /** Stays, because it is not what the ledger says. */
    DIFFERENT;

    /** As people and programs read it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A month.
   *
   * @param month as {@code 2024-02}
   * @param why why it stays; empty if it does not
   */
  public record Purged(String month, long rows, long bytes, Fate fate, String why) {
    boolean isProblem() {
      return fate == Fate.BUSY || fate == Fate.DIFFERENT;
    }
  }

  /** Whether a month or an object stays that should not. */
  public boolean hasProblems() {
    return !objects.left().isEmpty() || months.stream().anyMatch(Purged::isProblem);
  }

  /** The program's exit code: 0 done, 1 failed, 3 environment, 4 held. */
  public int exitCode() {
    return failure.isEmpty() && hasProblems()
        ? ArchiveError.LEDGER_DIFFERS.exitCode()
        : failureCode();
  }

  /** The exit code where it does not matter whether a month stays. */
  public int failureCode() {
    return failure.map(each -> each.error().exitCode()).orElse(0);
  }

  /** As {@code purge --json} has it. */
  public PurgeSummary document() {
    return new PurgeSummary(
        policy,
        job.orElse(null),
        months.stream()
            .map(
                each ->
                    new PurgeSummary.Month(
                        each.month(), each.rows(), each.bytes(), each.fate().label(), each.why()))
            .toList(),
        objects.deleted(),
        objects.expired(),
        objects.kept(),
        objects.left(),
        objects.notes(),
        objects.elsewhere(),
        failure.map(Throwable::getMessage).orElse(null),
        failure.map(ArchiveFailure::hint).orElse(null),
        exitCode());
  }
}
