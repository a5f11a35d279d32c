package dev.archivist.run;

import dev.archivist.db.PolicySession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Job;
import dev.archivist.failure.ArchiveFailure;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A job from its beginning to its end, whatever it does: opened, worked on, closed with what became
 * of it. What the catalogue knows is not thrown; the ending says it.
 */
final class JobRunner {
  private final LockRetry retry;
  private final StopSignal stop;

  JobRunner(LockRetry retry, StopSignal stop) {
    this.retry = retry;
    this.stop = stop;
  }

  /** What a job does between its beginning and its end. */
  interface Work {
    /** Does it, until it is done or told to stop. */
    void run(Job job);

    /** Whether everything was done; asked only after a stop. */
    boolean isDone();

    /** What stays undone for a reason of its own, for {@code archive_jobs.error_message}. */
    Optional<String> problems();

    /** What a cancelled job says. */
    String stopped(Job job);
  }

  /**
   * How a job ended.
   *
   * @param job the job; empty if none was opened
   * @param status as {@code archive_jobs} has it, or held if another session has the policy
   * @param failure why it failed as a whole, or was not opened
   */
  record Ending(Optional<Job> job, String status, Optional<ArchiveFailure> failure) {}

  /**
   * Runs a job on a session of its own.
   *
   * @param begin opens the job, or gives none if another runner does
   * @return empty if another runner has it
   */
  <W extends Work> Optional<Ending> run(
      Supplier<PolicySession> open,
      Function<PolicySession, Optional<Job>> begin,
      Function<PolicySession, W> work) {
    try (PolicySession session = open.get()) {
      Optional<Job> job = retry.retrying(() -> begin.apply(session));
      return job.map(opened -> toItsEnd(session, opened, work.apply(session)));
    } catch (ArchiveFailure failure) {
      return Optional.of(
          new Ending(Optional.empty(), statusOfNoJob(failure), Optional.of(failure)));
    }
  }

  /** That another runner is at work is no failure, and nobody has to look into it. */
  static String statusOfNoJob(ArchiveFailure failure) {
    return failure.error() == ArchiveError.POLICY_HELD ? "held" : "failed";
  }

  private Ending toItsEnd(PolicySession session, Job job, Work work) {
    try {
      work.run(job);
      return close(session, job, work);
    } catch (ArchiveFailure failure) {
      if (stop.isRequested() && LockRetry.isBusy(failure)) {
        return cancel(session, job, work);
      }
      closeFailed(session, failure, work);
      return new Ending(Optional.of(job), "failed", Optional.of(failure));
    }
  }

  private Ending close(PolicySession session, Job job, Work work) {
    if (stop.isRequested() && !work.isDone()) {
      return cancel(session, job, work);
    }
    Optional<String> problems = work.problems();
    String status = problems.isPresent() ? "failed" : "completed";
    retry.close(() -> session.finish(status, problems.orElse(null)));
    return new Ending(Optional.of(job), status, Optional.empty());
  }

  private Ending cancel(PolicySession session, Job job, Work work) {
    retry.close(() -> session.finish("cancelled", work.stopped(job)));
    return new Ending(Optional.of(job), "cancelled", Optional.empty());
  }

  /** If this fails too, the session is broken: the next job of the policy closes this one. */
  private void closeFailed(PolicySession session, ArchiveFailure failure, Work work) {
    String others = work.problems().map(problems -> "; before that, " + problems).orElse("");
    try {
      retry.close(() -> session.finish("failed", failure.getMessage() + others));
    } catch (ArchiveFailure e) {
      failure.addSuppressed(e);
    }
  }
}
