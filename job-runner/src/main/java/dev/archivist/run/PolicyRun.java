package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.JobSession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStores;
import dev.archivist.store.StoreSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one policy from begin to finish. Every job gets a session of its own. */
public final class PolicyRun {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyRun.class);

  private final Database database;
  private final Settings settings;
  private final StopSignal stop;
  private final Progress progress;
  private final Function<Settings, ArchiveStore> stores;
  private final LockRetry busy;

  public PolicyRun(Database database, Settings settings, StopSignal stop, Progress progress) {
    this(database, settings, stop, progress, PolicyRun::configuredStore);
  }

  /**
   * @param stores opens the store of a job, which closes it
   */
  PolicyRun(
      Database database,
      Settings settings,
      StopSignal stop,
      Progress progress,
      Function<Settings, ArchiveStore> stores) {
    this.database = database;
    this.settings = settings;
    this.stop = stop;
    this.progress = progress;
    this.stores = stores;
    this.busy = new LockRetry(stop);
  }

  static ArchiveStore configuredStore(Settings settings) {
    return ArchiveStores.open(StoreSettings.of(settings), Path.of(""));
  }

  /** Runs the policy now. It does not throw what the catalogue knows; the outcome says it. */
  public JobOutcome run(String policy) {
    JobOutcome outcome =
        runAndClose(policy, session -> Optional.of(session.begin(policy))).orElseThrow();
    outcome.failure().filter(failure -> outcome.job().isEmpty()).ifPresent(f -> record(policy, f));
    tell(outcome);
    return outcome;
  }

  /**
   * Takes archived rows or reports back now. It does not throw what the catalogue knows; the
   * outcome says it.
   *
   * @param options a JSON object: from, to, and if need be into, where, hold
   */
  public JobOutcome restore(String policy, String options) {
    JobOutcome outcome =
        runAndClose(policy, session -> Optional.of(session.beginRestore(policy, options)))
            .orElseThrow();
    outcome
        .failure()
        .filter(failure -> outcome.job().isEmpty())
        .ifPresent(failure -> recordRestore(policy, options, failure));
    tell(outcome);
    return outcome;
  }

  /** Restores what was requested, as {@link #runRequested}. */
  public Optional<JobOutcome> restoreRequested(String policy, UUID request) {
    Optional<JobOutcome> outcome =
        runAndClose(policy, session -> session.beginRequestedRestore(policy, request));
    outcome.filter(each -> !each.isHeld()).ifPresent(this::tell);
    return outcome;
  }

  /**
   * Runs the job that was requested, as {@link #run}. Empty if another runner has the request; a
   * policy that is held is an outcome, and leaves the request waiting.
   */
  public Optional<JobOutcome> runRequested(String policy, UUID request) {
    Optional<JobOutcome> outcome =
        runAndClose(policy, session -> session.beginRequested(policy, request));
    outcome
        .filter(each -> each.job().isEmpty())
        .flatMap(JobOutcome::failure)
        .ifPresent(failure -> record(policy, failure));
    outcome.filter(each -> !each.isHeld()).ifPresent(this::tell);
    return outcome;
  }

  private void tell(JobOutcome outcome) {
    progress.ended(outcome);
    LOG.info(
        "policy {} {}: {} rows taken in {} batches",
        outcome.policy(),
        outcome.status(),
        outcome.total().processed(),
        outcome.batches());
  }

  /**
   * @param begin opens the job, or gives none if somebody else does
   */
  private Optional<JobOutcome> runAndClose(
      String policy, Function<JobSession, Optional<Job>> begin) {
    try (JobSession session = JobSession.open(database, policy)) {
      Optional<Job> job = busy.retrying(() -> begin.apply(session));
      if (job.isEmpty()) {
        return Optional.empty();
      }
      progress.began(policy);
      return Optional.of(work(session, job.get()));
    } catch (ArchiveFailure failure) {
      return Optional.of(JobOutcome.notOpened(policy, failure));
    }
  }

  private JobOutcome work(JobSession session, Job job) {
    JobTotals tally = new JobTotals(job.policy().name(), progress);
    List<String> problems = new ArrayList<>();
    try {
      if (job.action() == Action.RESTORE) {
        restore(session, job, tally, problems);
      } else if (job.policy().kind() instanceof PolicyKind.Offload offload) {
        offload(session, job, offload, tally, problems);
      } else {
        rows(session, tally);
      }
      return close(session, job, tally, problems);
    } catch (ArchiveFailure failure) {
      if (stop.isRequested() && LockRetry.isBusy(failure)) {
        return cancel(session, job, tally, problems);
      }
      closeFailed(session, failure, problems);
      return outcome(job, "failed", tally, Optional.of(failure), problems);
    }
  }

  private void rows(JobSession session, JobTotals tally) {
    BatchResult batch;
    do {
      batch = busy.retrying(session::runBatch);
      tally.add(batch);
    } while (!batch.done() && !stop.isRequested());
  }

  private void restore(JobSession session, Job job, JobTotals tally, List<String> problems) {
    session.binned().forEach(month -> progress.note(job.policy().name(), month));
    if (job.policy().kind() instanceof PolicyKind.Offload) {
      try (RestoreRun run = RestoreRun.open(settings, session, stores, busy)) {
        run.restoreAll(tally, problems, stop, note -> progress.note(job.policy().name(), note));
      }
    } else {
      restoreRows(session, job, tally);
    }
  }

  private void restoreRows(JobSession session, Job job, JobTotals tally) {
    long present = 0;
    RestoreResult batch;
    do {
      batch = busy.retrying(session::restoreBatch);
      present += batch.present();
      tally.add(new BatchResult(batch.restored(), 0, 0, batch.bytes(), batch.done()));
    } while (!batch.done() && !stop.isRequested());
    if (present > 0) {
      progress.note(job.policy().name(), present + " rows were there already");
    }
  }

  private void offload(
      JobSession session,
      Job job,
      PolicyKind.Offload offload,
      JobTotals tally,
      List<String> problems) {
    try (OffloadRun run = OffloadRun.open(settings, session, offload, stores)) {
      run.archiveAll(tally, problems, stop, busy, note -> progress.note(job.policy().name(), note));
    }
  }

  private JobOutcome close(JobSession session, Job job, JobTotals tally, List<String> problems) {
    if (stop.isRequested() && !tally.total().done()) {
      return cancel(session, job, tally, problems);
    }
    if (!problems.isEmpty()) {
      busy.close(() -> session.finish("failed", FailedReports.summary(problems)));
      return outcome(job, "failed", tally, Optional.empty(), problems);
    }
    busy.close(() -> session.finish("completed", null));
    return outcome(job, "completed", tally, Optional.empty(), problems);
  }

  private JobOutcome cancel(JobSession session, Job job, JobTotals tally, List<String> problems) {
    String why =
        job.action() == Action.RESTORE
            ? "told to stop; the same restore again goes on"
            : "told to stop; the next run goes on";
    busy.close(() -> session.finish("cancelled", why));
    return outcome(job, "cancelled", tally, Optional.empty(), problems);
  }

  private static JobOutcome outcome(
      Job job,
      String status,
      JobTotals tally,
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
  private void closeFailed(JobSession session, ArchiveFailure failure, List<String> problems) {
    String others = problems.isEmpty() ? "" : "; before that, " + FailedReports.summary(problems);
    try {
      busy.close(() -> session.finish("failed", failure.getMessage() + others));
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

  private void recordRestore(String policy, String options, ArchiveFailure failure) {
    if (failure.error() != ArchiveError.POLICY_REFUSED
        && failure.error() != ArchiveError.RESTORE_CONFLICT) {
      return;
    }
    try {
      new Archive(database).recordRefusedRestore(policy, options, failure.getMessage());
    } catch (ArchiveFailure e) {
      failure.addSuppressed(e);
    }
  }
}
