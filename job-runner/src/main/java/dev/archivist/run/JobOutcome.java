package dev.archivist.run;

import dev.archivist.document.RestoreSummary;
import dev.archivist.document.RunSummary;
import dev.archivist.engine.archive.RowsLeft;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.failure.ArchiveFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How a job ended.
 *
 * @param policy the policy's name
 * @param job the job's id; empty if it could not be opened
 * @param status as {@code archive_jobs} has it: completed, failed or cancelled; held if another
 *     session has the policy, so that there is no job
 * @param total what its committed batches add up to
 * @param batches how many they were
 * @param failure why it failed as a whole
 * @param left rows that were old enough and stay live
 * @param problems single reports that could not be archived and stay where they are
 */
public record JobOutcome(
    String policy,
    Optional<UUID> job,
    String status,
    BatchResult total,
    long batches,
    Optional<ArchiveFailure> failure,
    RowsLeft left,
    List<String> problems) {

  static JobOutcome notOpened(String policy, ArchiveFailure failure) {
    return new JobOutcome(
        policy,
        Optional.empty(),
        JobRunner.statusOfNoJob(failure),
        new BatchResult(0, 0, 0, 0, true),
        0,
        Optional.of(failure),
        RowsLeft.NONE,
        List.of());
  }

  /** Whether nothing was done because another session has the policy. */
  boolean isHeld() {
    return failure.filter(each -> each.error() == ArchiveError.POLICY_HELD).isPresent();
  }

  /** The program's exit code for this job: 0 done, 1 failed, 3 environment, 4 held. */
  public int exitCode() {
    if (failure.isPresent()) {
      return failure.get().error().exitCode();
    }
    return status.equals("completed") ? 0 : ArchiveError.INTERRUPTED.exitCode();
  }

  /** As {@code run --json} has it. */
  public RunSummary runDocument() {
    return new RunSummary(
        policy,
        job.orElse(null),
        status,
        total.processed(),
        total.archived(),
        total.deleted(),
        total.bytes(),
        batches,
        left.rows(),
        failure.map(Throwable::getMessage).orElse(null),
        failure.map(ArchiveFailure::hint).orElse(null),
        stays(),
        exitCode());
  }

  /** What stays as it is, and why: reports, or some of the rows. */
  public List<String> stays() {
    List<String> stays = new ArrayList<>(problems);
    if (left.rows() > 0) {
      stays.add(left.rows() + " rows stay that are old enough");
      left.named().forEach(row -> stays.add("stays: " + row));
    }
    return stays;
  }

  /**
   * As {@code restore --json} has it.
   *
   * @param notes months of the range that are not what ledger and journal say
   */
  public RestoreSummary restoreDocument(List<String> notes) {
    return new RestoreSummary(
        policy,
        job.orElse(null),
        status,
        total.processed(),
        total.bytes(),
        batches,
        failure.map(Throwable::getMessage).orElse(null),
        failure.map(ArchiveFailure::hint).orElse(null),
        notes,
        problems,
        exitCode());
  }
}
