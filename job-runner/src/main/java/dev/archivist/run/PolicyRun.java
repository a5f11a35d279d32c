package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.PolicySession;
import dev.archivist.db.RunSession;
import dev.archivist.engine.archive.RowsLeft;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Action;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
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
  private final LockRetry retry;
  private final JobRunner jobs;

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
    this.retry = new LockRetry(stop);
    this.jobs = new JobRunner(retry, stop);
  }

  static ArchiveStore configuredStore(Settings settings) {
    return ArchiveStores.configured(settings);
  }

  /** Runs the policy now. It does not throw what the catalogue knows; the outcome says it. */
  public JobOutcome run(String policy) {
    JobOutcome outcome = inJob(policy, session -> Optional.of(session.begin())).orElseThrow();
    notOpened(outcome).ifPresent(failure -> record(policy, failure));
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
        inJob(policy, session -> Optional.of(session.beginRestore(options))).orElseThrow();
    notOpened(outcome).ifPresent(failure -> recordRestore(policy, options, failure));
    tell(outcome);
    return outcome;
  }

  /** Restores what was requested, as {@link #runRequested}. */
  public Optional<JobOutcome> restoreRequested(String policy, UUID request) {
    Optional<JobOutcome> outcome = inJob(policy, session -> session.beginRequestedRestore(request));
    outcome.filter(each -> !each.isHeld()).ifPresent(this::tell);
    return outcome;
  }

  /**
   * Runs the job that was requested, as {@link #run}. Empty if another runner has the request; a
   * policy that is held is an outcome, and leaves the request waiting.
   */
  public Optional<JobOutcome> runRequested(String policy, UUID request) {
    Optional<JobOutcome> outcome = inJob(policy, session -> session.beginRequested(request));
    outcome.flatMap(PolicyRun::notOpened).ifPresent(failure -> record(policy, failure));
    outcome.filter(each -> !each.isHeld()).ifPresent(this::tell);
    return outcome;
  }

  /** Why no job was opened. */
  private static Optional<ArchiveFailure> notOpened(JobOutcome outcome) {
    return outcome.job().isPresent() ? Optional.empty() : outcome.failure();
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

  private Optional<JobOutcome> inJob(String policy, Function<PolicySession, Optional<Job>> begin) {
    JobTotals totals = new JobTotals(policy, progress);
    List<String> problems = new ArrayList<>();
    AtomicReference<RowsLeft> left = new AtomicReference<>(RowsLeft.NONE);
    return jobs.run(
            () -> PolicySession.toRun(database, policy),
            begin,
            session -> new Work(new RunSession(session), totals, problems, left))
        .map(ending -> outcome(policy, ending, totals, problems, left.get()));
  }

  private static JobOutcome outcome(
      String policy,
      JobRunner.Ending ending,
      JobTotals totals,
      List<String> problems,
      RowsLeft left) {
    return new JobOutcome(
        policy,
        ending.job().map(Job::id),
        ending.status(),
        totals.total(),
        totals.batches(),
        ending.failure(),
        left,
        problems);
  }

  /** Rows, or reports one by one, to the archive or back. */
  private final class Work implements JobRunner.Work {
    private final RunSession session;
    private final JobTotals totals;
    private final List<String> problems;
    private final AtomicReference<RowsLeft> left;

    Work(
        RunSession session,
        JobTotals totals,
        List<String> problems,
        AtomicReference<RowsLeft> left) {
      this.session = session;
      this.totals = totals;
      this.problems = problems;
      this.left = left;
    }

    @Override
    public void run(Job job) {
      progress.began(job.policy().name());
      Optional<FileColumns> files = job.policy().kind().files();
      if (job.action() == Action.RESTORE) {
        session.binned().forEach(this::note);
        if (files.isPresent()) {
          restoreReports();
        } else {
          restoreRows();
        }
      } else if (files.isPresent()) {
        offload(files.get());
      } else {
        rows();
      }
    }

    private void note(String message) {
      progress.note(session.session().name(), message);
    }

    private void rows() {
      BatchResult batch;
      do {
        batch = retry.retrying(session::runBatch);
        totals.add(batch);
      } while (!batch.done() && !stop.isRequested());
      if (batch.done()) {
        left.set(session.rowsLeft());
      }
    }

    private void restoreRows() {
      long present = 0;
      RestoreResult batch;
      do {
        batch = retry.retrying(session::restoreBatch);
        present += batch.present();
        totals.add(new BatchResult(batch.restored(), 0, 0, batch.bytes(), batch.done()));
      } while (!batch.done() && !stop.isRequested());
      if (present > 0) {
        note(present + " rows were there already");
      }
    }

    private void restoreReports() {
      try (RestoreRun run = RestoreRun.open(settings, session, stores, retry)) {
        run.restoreAll(totals, problems, stop, this::note);
      }
    }

    private void offload(FileColumns files) {
      try (OffloadRun run = OffloadRun.open(settings, session, files, stores, this::note)) {
        run.archiveAll(totals, problems, stop, retry, this::note);
      }
    }

    @Override
    public boolean isDone() {
      return totals.total().done();
    }

    @Override
    public Optional<String> problems() {
      return problems.isEmpty() ? Optional.empty() : Optional.of(FailedReports.summary(problems));
    }

    @Override
    public String stopped(Job job) {
      return job.action() == Action.RESTORE
          ? "told to stop; repeat the restore to continue"
          : "told to stop; the next run continues";
    }
  }

  /** A job that was refused is visible in {@code archive_jobs}; one that is held runs already. */
  private void record(String policy, ArchiveFailure failure) {
    if (failure.error() != ArchiveError.POLICY_REFUSED
        && failure.error() != ArchiveError.POLICY_INVALID) {
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
