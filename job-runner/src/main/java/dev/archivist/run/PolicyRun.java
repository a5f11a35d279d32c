package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.JobSession;
import dev.archivist.engine.batch.BatchResult;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.policy.Treatment;
import dev.archivist.failure.ArchiveFailure;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one policy from begin to finish. Every job gets a session of its own. */
public final class PolicyRun {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyRun.class);

  /** A batch that met a lock is undone and tried again, for about a minute. */
  private static final RetryPolicy<Object> BUSY =
      RetryPolicy.builder()
          .handleIf(e -> e instanceof ArchiveFailure f && f.error() == ArchiveError.DATABASE_BUSY)
          .withBackoff(50, 10_000, ChronoUnit.MILLIS)
          .withJitter(0.2)
          .withMaxRetries(20)
          .withMaxDuration(Duration.ofMinutes(2))
          .build();

  private final Database database;
  private final Settings settings;
  private final StopSignal stop;
  private final Progress progress;

  public PolicyRun(Database database, Settings settings, StopSignal stop, Progress progress) {
    this.database = database;
    this.settings = settings;
    this.stop = stop;
    this.progress = progress;
  }

  /** Runs the policy now. It does not throw what the catalogue knows; the outcome says it. */
  public JobOutcome run(String policy) {
    JobOutcome outcome = runAndClose(policy);
    progress.ended(outcome);
    LOG.info(
        "policy {} {}: {} rows archived in {} batches",
        policy,
        outcome.status(),
        outcome.total().archived(),
        outcome.batches());
    return outcome;
  }

  private JobOutcome runAndClose(String policy) {
    try (JobSession session = JobSession.open(database, policy)) {
      Job job = Failsafe.with(BUSY).get(() -> session.begin(policy));
      progress.began(policy);
      return work(session, job);
    } catch (ArchiveFailure failure) {
      record(policy, failure);
      return JobOutcome.notOpened(policy, failure);
    }
  }

  private JobOutcome work(JobSession session, Job job) {
    Tally tally = new Tally(job.policy().name(), progress);
    try {
      List<String> problems =
          job.policy().treatment() instanceof Treatment.Offload offload
              ? offload(session, job, offload, tally)
              : rows(session, tally);
      return close(session, job, tally, problems);
    } catch (ArchiveFailure failure) {
      closeFailed(session, failure);
      return outcome(job, "failed", tally, Optional.of(failure), List.of());
    }
  }

  private List<String> rows(JobSession session, Tally tally) {
    BatchResult batch;
    do {
      batch = retrying(session::runBatch);
      tally.add(batch);
    } while (!batch.done() && !stop.isRequested());
    return List.of();
  }

  private List<String> offload(
      JobSession session, Job job, Treatment.Offload offload, Tally tally) {
    try (OffloadRun run = OffloadRun.open(settings, session, job, offload)) {
      return run.archiveAll(tally, stop, note -> progress.note(job.policy().name(), note));
    }
  }

  private JobOutcome close(JobSession session, Job job, Tally tally, List<String> problems) {
    boolean stopped = stop.isRequested() && !tally.total().done();
    if (stopped) {
      session.finish("cancelled", "told to stop; the next run goes on");
      return outcome(job, "cancelled", tally, Optional.empty(), problems);
    }
    if (!problems.isEmpty()) {
      session.finish("failed", Problems.summary(problems));
      return outcome(job, "failed", tally, Optional.empty(), problems);
    }
    session.finish("completed", null);
    return outcome(job, "completed", tally, Optional.empty(), problems);
  }

  private static JobOutcome outcome(
      Job job,
      String status,
      Tally tally,
      Optional<ArchiveFailure> failure,
      List<String> problems) {
    return new JobOutcome(
        job.policy().name(),
        Optional.of(job.id()),
        status,
        tally.total(),
        tally.batches(),
        failure,
        problems);
  }

  /** If this fails too, the session is broken: the next run finds the job and closes it. */
  private static void closeFailed(JobSession session, ArchiveFailure failure) {
    try {
      session.finish("failed", failure.getMessage());
    } catch (ArchiveFailure e) {
      failure.addSuppressed(e);
    }
  }

  /** A job that was refused is visible in {@code archive_jobs}; one that is held runs already. */
  private void record(String policy, ArchiveFailure failure) {
    if (failure.error() != ArchiveError.POLICY_REFUSED) {
      return;
    }
    try {
      new Archive(database).recordRefused(policy, failure.getMessage());
    } catch (ArchiveFailure e) {
      failure.addSuppressed(e);
    }
  }

  private static <T> T retrying(Supplier<T> work) {
    return Failsafe.with(BUSY).get(work::get);
  }
}
