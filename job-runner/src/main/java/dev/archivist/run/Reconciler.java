package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.PolicySession;
import dev.archivist.db.ReconciliationSession;
import dev.archivist.document.Json;
import dev.archivist.document.RestoreOptions;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.Codec;
import dev.archivist.report.ReportRoot;
import dev.archivist.run.ReconcileOutcome.Difference;
import dev.archivist.run.ReconcileOutcome.Finding;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.FileRights;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Brings reports, files and objects together after the database was restored from an older backup
 * and files and store were not. Nothing is deleted and nothing overwritten:
 *
 * <ol>
 *   <li>what was to be deleted waits for {@code bin_for} again, because what the database says of
 *       it may be older than the object; what is left to the user is no longer to be deleted;
 *   <li>a live report whose file was archived and deleted since gets it back from its object, which
 *       stays for the next run to find;
 *   <li>an object that was released since, and is needed, is taken back;
 *   <li>the store is marked as known to the database: runs, restores and purges go on;
 *   <li>an archived report that was restored since, so that its object is gone and its file in its
 *       place, is restored again.
 * </ol>
 *
 * What is cut short is done by the next one.
 */
public final class Reconciler {
  private static final int PAGE = 500;

  private final Database database;
  private final Settings settings;
  private final StopSignal stop;
  private final Function<Settings, ArchiveStore> stores;
  private final JobRunner jobs;
  private final LockRetry retry;

  public Reconciler(Database database, Settings settings, StopSignal stop) {
    this(database, settings, stop, PolicyRun::configuredStore);
  }

  Reconciler(
      Database database,
      Settings settings,
      StopSignal stop,
      Function<Settings, ArchiveStore> stores) {
    this.database = database;
    this.settings = settings;
    this.stop = stop;
    this.stores = stores;
    this.retry = new LockRetry(stop);
    this.jobs = new JobRunner(retry, stop);
  }

  /** What differs; changes nothing. */
  public ReconcileOutcome look(String policy) {
    try (PolicySession session = PolicySession.toVerify(database, policy);
        ArchiveStore configured = stores.apply(settings)) {
      OwnStore store = new StoreOwner(configured, database).requireToLook();
      new RootOwner(settings, database, store).require();
      return new ReconcileOutcome(
          policy,
          Optional.empty(),
          new StoreHistory(store, database).newer(policy),
          new ObjectSurvey(settings, new ReconciliationSession(session), store).differences(),
          Optional.empty());
    } catch (ArchiveFailure failure) {
      return new ReconcileOutcome(
          policy, Optional.empty(), Optional.empty(), List.of(), Optional.of(failure));
    }
  }

  /** Brings them together. */
  public ReconcileOutcome apply(String policy) {
    Work work = new Work();
    JobRunner.Ending ending =
        jobs.run(
                () -> PolicySession.toRun(database, policy),
                session -> Optional.of(session.beginReconciliation()),
                work::on)
            .orElseThrow();
    if (ending.failure().isEmpty() && work.isDone()) {
      work.differences.replaceAll(each -> restored(policy, work.key, each));
    }
    return new ReconcileOutcome(
        policy, ending.job().map(Job::id), work.storeIsNewer, work.differences, ending.failure());
  }

  private Difference restored(String policy, String key, Difference difference) {
    if (difference.finding() != Finding.OBJECT_MISSING || stop.isRequested()) {
      return difference;
    }
    ArchivedReport report = difference.report().orElseThrow();
    JobOutcome outcome =
        new PolicyRun(database, settings, stop, Progress.SILENT, stores)
            .restore(policy, Json.line(only(report, key)));
    return outcome.total().processed() == 1
        ? difference.whenDone()
        : difference.with(
            outcome
                .failure()
                .map(Throwable::getMessage)
                .orElseGet(() -> String.join("; ", outcome.problems())));
  }

  /** The one report, held for the usual time. */
  private static RestoreOptions only(ArchivedReport report, String key) {
    return new RestoreOptions(
        report.createdAt(),
        report.createdAt().plus(Duration.ofNanos(1_000)),
        null,
        null,
        Map.of(key, report.id().toString()));
  }

  /** What is done under the policy's lock. */
  private final class Work implements JobRunner.Work {
    private final List<Difference> differences = new ArrayList<>();
    private Optional<String> storeIsNewer = Optional.empty();
    private ReconciliationSession session;
    private String key;
    private boolean done;

    Work on(PolicySession opened) {
      session = new ReconciliationSession(opened);
      return this;
    }

    @Override
    public void run(Job job) {
      key = ReportRows.files(session.policy()).key().name();
      try (ArchiveStore configured = stores.apply(settings)) {
        configured.check();
        OwnStore store = new StoreOwner(configured, database).require();
        RootOwner owner = new RootOwner(settings, database, store);
        owner.require();
        StoreHistory history = new StoreHistory(store, database);
        storeIsNewer = history.newer(job.policy().name());
        retry.run(session::postponeDeletions);
        differences.addAll(new ObjectSurvey(settings, session, store).differences());
        differences.stream()
            .filter(Difference::isLeftToTheUser)
            .forEach(each -> retry.run(() -> session.keepForGood(each.location())));
        differences.replaceAll(each -> putBack(each, store, owner));
        keepObjects(store);
        if (problems().isEmpty() && !stop.isRequested()) {
          history.leave(job.policy().name(), job.id());
          done = true;
        }
      }
    }

    /** A purge that this database has forgotten may have released what it still counts on. */
    private void keepObjects(ArchiveStore store) {
      UUID last = ReportRows.Position.START.key();
      List<ReportRows.Archived> page = session.archived(last, PAGE);
      while (!page.isEmpty() && !stop.isRequested()) {
        for (ReportRows.Archived report : page) {
          last = report.id();
          Optional<String> key = store.key(report.object().location());
          if (!report.expires() && key.filter(store::isReleased).isPresent()) {
            store.keep(key.get());
          }
        }
        page = session.archived(last, PAGE);
      }
    }

    private Difference putBack(Difference difference, ArchiveStore store, RootOwner owner) {
      boolean isOurs =
          difference.finding() == Finding.FILE_MISSING && difference.problem().isEmpty();
      if (!isOurs || stop.isRequested()) {
        return difference;
      }
      try {
        putBack(difference.report().orElseThrow(), store, owner);
        return difference.whenDone();
      } catch (ArchiveFailure failure) {
        if (!FailedReports.isAboutOneReport(failure.error())) {
          throw failure;
        }
        return difference.with(failure.getMessage());
      }
    }

    private void putBack(ArchivedReport report, ArchiveStore store, RootOwner owner) {
      ReportRoot root = new ReportRoot(settings.reportsRoot(), settings.maxReportBytes());
      String object = store.key(report.object().location()).orElseThrow();
      Path place = root.place(report.file());
      owner.claim(place.getParent());
      try (InputStream stored = store.open(object)) {
        new RestoredFile(root.realRoot(), place, report, settings.restoreLock())
            .put(
                stored,
                Codec.ofKey(object).orElseThrow(),
                store.rights(object).map(FileRights::unconfirmed));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean isDone() {
      return done;
    }

    @Override
    public Optional<String> problems() {
      List<String> problems =
          differences.stream().flatMap(each -> each.problem().stream()).toList();
      return problems.isEmpty() ? Optional.empty() : Optional.of(FailedReports.summary(problems));
    }

    @Override
    public String stopped(Job job) {
      return "told to stop; reconcile again to continue";
    }
  }
}
