package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.PolicySession;
import dev.archivist.db.PurgeSession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.engine.purge.Purge;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportRoot;
import dev.archivist.run.PurgeOutcome.Fate;
import dev.archivist.run.PurgeOutcome.Purged;
import dev.archivist.store.ArchiveStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Takes months that are past their retention to the bin, and empties it. A month that differs from
 * the ledger stays, and the others go on; one that others use stays too, and ends the work, because
 * the same sessions would be met again at the next. See {@link Purge} for the steps.
 */
public final class PurgeRun {
  private final Database database;
  private final Settings settings;
  private final StopSignal stop;
  private final LockRetry retry;
  private final JobRunner jobs;
  private final Function<Settings, ArchiveStore> stores;

  public PurgeRun(Database database, Settings settings, StopSignal stop) {
    this(database, settings, stop, new LockRetry(stop), PolicyRun::configuredStore);
  }

  /**
   * @param retry how long to wait for others
   * @param stores opens the store where objects are to be deleted
   */
  PurgeRun(
      Database database,
      Settings settings,
      StopSignal stop,
      LockRetry retry,
      Function<Settings, ArchiveStore> stores) {
    this.database = database;
    this.settings = settings;
    this.stop = stop;
    this.retry = retry;
    this.jobs = new JobRunner(retry, stop);
    this.stores = stores;
  }

  /** What a purge would do now; changes nothing. */
  public PurgeOutcome look(String policy) {
    return looking(
        policy,
        (session, months) -> {
          session.due().forEach(due -> months.add(seen(due)));
          session.unfinished().stream()
              .map(entry -> month(entry, Fate.BUSY, "an earlier purge did not finish with it"))
              .forEach(months::add);
          lookIntoBin(session, BinEntry::due, months);
        });
  }

  /** What {@link #empty} would do now; changes nothing. */
  public PurgeOutcome lookIntoBin(String policy, boolean all) {
    return looking(
        policy, (session, months) -> lookIntoBin(session, entry -> all || entry.due(), months));
  }

  private PurgeOutcome looking(String policy, BiConsumer<PurgeSession, List<Purged>> look) {
    try (PolicySession session = PolicySession.toPurge(database, policy)) {
      List<Purged> months =
          retry.retrying(
              () -> {
                List<Purged> seen = new ArrayList<>();
                look.accept(new PurgeSession(session), seen);
                return seen;
              });
      return new PurgeOutcome(
          policy, Optional.empty(), months, PurgeOutcome.Objects.NONE, Optional.empty());
    } catch (ArchiveFailure failure) {
      return failed(policy, failure);
    }
  }

  private static void lookIntoBin(
      PurgeSession session, Predicate<BinEntry> which, List<Purged> months) {
    for (BinEntry entry : session.entries()) {
      if (entry.state().equals("binned") && which.test(entry)) {
        months.add(
            session
                .heldBy(entry)
                .map(why -> month(entry, Fate.HELD, why))
                .orElseGet(() -> month(entry, Fate.DUE, "to be dropped from the bin")));
      }
    }
  }

  private static Purged seen(Purge.Due due) {
    return new Purged(
        due.month().toString(),
        due.rows(),
        due.bytes(),
        due.heldBy().isPresent() ? Fate.HELD : Fate.DUE,
        due.heldBy().orElse(""));
  }

  /** Purges and empties the bin. Where there is nothing to do, no job is opened. */
  public PurgeOutcome purge(String policy) {
    PurgeOutcome seen = look(policy);
    boolean idle = seen.months().stream().allMatch(month -> month.fate() == Fate.HELD);
    try {
      if (seen.failure().isPresent() || (idle && !objectsAreDue(policy))) {
        return seen;
      }
    } catch (ArchiveFailure failure) {
      return failed(policy, failure);
    }
    return inJob(
        policy,
        "{}",
        (session, months) -> {
          if (purge(session, months)) {
            empty(session, BinEntry::due, months);
          }
          return objects(session, false);
        });
  }

  private boolean objectsAreDue(String policy) {
    try (PolicySession session = PolicySession.toPurge(database, policy)) {
      return objectsAreDue(new PurgeSession(session), false);
    }
  }

  private boolean objectsAreDue(PurgeSession session, boolean all) {
    return retry.retrying(
        () -> session.policy().kind().files().isPresent() && ObjectPurge.isDue(session, all));
  }

  private PurgeOutcome.Objects objects(PurgeSession session, boolean all) {
    if (!objectsAreDue(session, all)) {
      return PurgeOutcome.Objects.NONE;
    }
    try (ArchiveStore store = StoreOwner.open(settings, session.session(), stores)) {
      ReportRoot root = new ReportRoot(settings.reportsRoot(), Long.MAX_VALUE);
      return new ObjectPurge(session, store, root, retry, stop, all).run();
    }
  }

  /** Drops from the policy's bin what may be dropped, or everything that is not held. */
  public PurgeOutcome empty(String policy, boolean all) {
    return inJob(
        policy,
        "{\"bin\": \"empty\"}",
        (session, months) -> {
          empty(session, entry -> all || entry.due(), months);
          return objects(session, all);
        });
  }

  /** Takes an entry of the bin back into the archive. */
  public PurgeOutcome restore(String policy, UUID id) {
    return entry(policy, id)
        .map(
            entry ->
                inJob(policy, "{\"bin\": \"restore\"}", (s, months) -> restore(s, entry, months)))
        .orElseGet(
            () ->
                failed(
                    policy,
                    new ArchiveFailure(
                        ArchiveError.BIN_UNKNOWN,
                        "the bin has no entry " + id,
                        "archivist bin list shows them.")));
  }

  private Optional<BinEntry> entry(String policy, UUID id) {
    try (PolicySession session = PolicySession.toPurge(database, policy)) {
      return retry.retrying(() -> new PurgeSession(session).entry(id));
    }
  }

  private PurgeOutcome inJob(
      String policy,
      String options,
      BiFunction<PurgeSession, List<Purged>, PurgeOutcome.Objects> does) {
    Work work = new Work(does);
    JobRunner.Ending ending =
        jobs.run(
                () -> PolicySession.toPurge(database, policy),
                session -> Optional.of(session.beginPurge(options)),
                session -> work.on(new PurgeSession(session)))
            .orElseThrow();
    return new PurgeOutcome(
        policy, ending.job().map(Job::id), work.months, work.objects, ending.failure());
  }

  private static PurgeOutcome failed(String policy, ArchiveFailure failure) {
    return new PurgeOutcome(
        policy, Optional.empty(), List.of(), PurgeOutcome.Objects.NONE, Optional.of(failure));
  }

  /** Months to the bin, or out of it. */
  private static final class Work implements JobRunner.Work {
    private final BiFunction<PurgeSession, List<Purged>, PurgeOutcome.Objects> does;
    private final List<Purged> months = new ArrayList<>();
    private PurgeOutcome.Objects objects = PurgeOutcome.Objects.NONE;
    private PurgeSession session;

    Work(BiFunction<PurgeSession, List<Purged>, PurgeOutcome.Objects> does) {
      this.does = does;
    }

    Work on(PurgeSession opened) {
      session = opened;
      return this;
    }

    @Override
    public void run(Job job) {
      objects = does.apply(session, months);
    }

    /** Nobody knows which months would have come. */
    @Override
    public boolean isDone() {
      return false;
    }

    @Override
    public Optional<String> problems() {
      List<String> problems = new ArrayList<>(objects.left());
      months.stream().filter(Purged::isProblem).map(Purged::why).forEach(problems::add);
      return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    @Override
    public String stopped(Job job) {
      return "told to stop; the next purge continues";
    }
  }

  /**
   * @return whether to go on
   */
  private boolean purge(PurgeSession session, List<Purged> months) {
    for (BinEntry entry : retry.retrying(session::unfinished)) {
      if (!finish(session, entry, months)) {
        return false;
      }
    }
    for (Purge.Due due : retry.retrying(session::due)) {
      if (stop.isRequested() || !purge(session, due, months)) {
        return false;
      }
    }
    return true;
  }

  private boolean purge(PurgeSession session, Purge.Due due, List<Purged> months) {
    if (due.heldBy().isPresent()) {
      months.add(seen(due));
      return true;
    }
    try {
      retry.run(() -> session.verify(due.month()));
      if (!session.policy().kind().isPartitioned()) {
        retry
            .retrying(() -> session.binRows(due.month()))
            .ifPresent(entry -> months.add(month(entry, Fate.BINNED, "")));
        return true;
      }
      Optional<BinEntry> recorded = retry.retrying(() -> session.record(due.month()));
      return recorded.isEmpty()
          || (beginDetach(session, recorded.get(), months)
              && finish(session, recorded.get().pending(), months));
    } catch (ArchiveFailure failure) {
      months.add(
          new Purged(
              due.month().toString(),
              due.rows(),
              due.bytes(),
              fate(failure),
              failure.getMessage()));
      return failure.error() == ArchiveError.LEDGER_DIFFERS;
    }
  }

  /** A failure that concerns one month; any other is thrown on. */
  private static Fate fate(ArchiveFailure failure) {
    return switch (failure.error()) {
      case LEDGER_DIFFERS -> Fate.DIFFERENT;
      case DATABASE_BUSY -> Fate.BUSY;
      default -> throw failure;
    };
  }

  /**
   * Goes on with a month whose detachment was begun, wherever it is by now.
   *
   * @return whether to go on with others
   */
  private boolean finish(PurgeSession session, BinEntry entry, List<Purged> months) {
    try {
      BinEntry detached = detach(session, entry);
      retry.run(() -> session.bin(detached));
      months.add(month(entry, Fate.BINNED, ""));
      return true;
    } catch (ArchiveFailure failure) {
      months.add(month(entry, fate(failure), failure.getMessage()));
      return failure.error() == ArchiveError.LEDGER_DIFFERS;
    }
  }

  /** A month of which nothing can be detached goes back to the ledger. */
  private boolean beginDetach(PurgeSession session, BinEntry entry, List<Purged> months) {
    try {
      retry.run(() -> session.beginDetach(entry, entry.tables().get(0)));
      return true;
    } catch (ArchiveFailure failure) {
      if (!LockRetry.isBusy(failure)) {
        throw failure;
      }
      retry.run(session::keepAttached);
      months.add(month(entry, Fate.BUSY, failure.getMessage()));
      return false;
    }
  }

  /** Detaches all of the month's tables, wherever each is by now; the entry as it is then. */
  private BinEntry detach(PurgeSession session, BinEntry entry) {
    List<BinEntry.Table> tables = new ArrayList<>();
    for (BinEntry.Table table : entry.tables()) {
      if (table.place() == BinEntry.Place.ATTACHED) {
        retry.run(() -> session.beginDetach(entry, table));
      }
      boolean leaves =
          table.place() == BinEntry.Place.ATTACHED || table.place() == BinEntry.Place.PENDING;
      if (leaves) {
        retry.run(() -> session.finishDetach(entry, table));
      }
      tables.add(leaves ? table.at(BinEntry.Place.DETACHED) : table);
    }
    return entry.with(tables);
  }

  private void empty(PurgeSession session, Predicate<BinEntry> which, List<Purged> months) {
    for (BinEntry entry : retry.retrying(session::entries)) {
      if (entry.state().equals("binned") && which.test(entry) && !stop.isRequested()) {
        months.add(drop(session, entry));
      }
    }
  }

  private Purged drop(PurgeSession session, BinEntry entry) {
    try {
      return retry.retrying(() -> session.drop(entry))
          ? month(entry, Fate.DROPPED, "")
          : month(entry, Fate.HELD, retry.retrying(() -> session.heldBy(entry)).orElse(""));
    } catch (ArchiveFailure failure) {
      return month(entry, fate(failure), failure.getMessage());
    }
  }

  private PurgeOutcome.Objects restore(PurgeSession session, BinEntry entry, List<Purged> months) {
    if (retry.retrying(() -> session.entry(entry.id())).isPresent()) {
      detach(session, entry);
      retry.run(() -> session.restore(session.entry(entry.id()).orElseThrow()));
    } else {
      // One that never left the archive is back since the job began.
      retry.run(() -> session.holdKept(entry));
    }
    months.add(month(entry, Fate.RESTORED, ""));
    return PurgeOutcome.Objects.NONE;
  }

  private static Purged month(BinEntry entry, Fate fate, String why) {
    return new Purged(entry.month().toString(), entry.rows(), entry.bytes(), fate, why);
  }
}
