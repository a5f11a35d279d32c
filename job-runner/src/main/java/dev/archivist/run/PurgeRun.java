package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.PurgeSession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.policy.PolicyKind;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.engine.purge.Purge;
import dev.archivist.failure.ArchiveFailure;
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
 * the ledger stays, and the others go on; one that somebody uses stays too, and ends the work,
 * because the same somebody would be met again at the next. See {@link Purge} for the steps.
 */
public final class PurgeRun {
  private final Database database;
  private final Settings settings;
  private final StopSignal stop;
  private final LockRetry busy;
  private final Function<Settings, ArchiveStore> stores;

  public PurgeRun(Database database, Settings settings, StopSignal stop) {
    this(database, settings, stop, new LockRetry(stop), PolicyRun::configuredStore);
  }

  /**
   * @param busy how long to wait for others
   * @param stores opens the store where objects are to be deleted
   */
  PurgeRun(
      Database database,
      Settings settings,
      StopSignal stop,
      LockRetry busy,
      Function<Settings, ArchiveStore> stores) {
    this.database = database;
    this.settings = settings;
    this.stop = stop;
    this.busy = busy;
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
    try (PurgeSession session = PurgeSession.open(database, policy)) {
      List<Purged> months =
          busy.retrying(
              () -> {
                List<Purged> seen = new ArrayList<>();
                look.accept(session, seen);
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
          return objects(session);
        });
  }

  private boolean objectsAreDue(String policy) {
    try (PurgeSession session = PurgeSession.open(database, policy)) {
      return objectsAreDue(session);
    }
  }

  private boolean objectsAreDue(PurgeSession session) {
    return busy.retrying(
        () -> session.kind() instanceof PolicyKind.Offload && ObjectPurge.isDue(session));
  }

  private PurgeOutcome.Objects objects(PurgeSession session) {
    if (!objectsAreDue(session)) {
      return PurgeOutcome.Objects.NONE;
    }
    try (ArchiveStore store = stores.apply(settings)) {
      return new ObjectPurge(session, store, busy, stop).run();
    }
  }

  /** Drops from the policy's bin what may be dropped, or everything that is not held. */
  public PurgeOutcome empty(String policy, boolean all) {
    return inJob(
        policy,
        "{\"bin\": \"empty\"}",
        (session, months) -> {
          empty(session, entry -> all || entry.due(), months);
          return objects(session);
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
    try (PurgeSession session = PurgeSession.open(database, policy)) {
      return busy.retrying(() -> session.entry(id));
    }
  }

  private PurgeOutcome inJob(
      String policy,
      String options,
      BiFunction<PurgeSession, List<Purged>, PurgeOutcome.Objects> work) {
    List<Purged> months = new ArrayList<>();
    try (PurgeSession session = PurgeSession.open(database, policy)) {
      Job job = busy.retrying(() -> session.begin(options));
      PurgeOutcome outcome;
      try {
        PurgeOutcome.Objects objects = work.apply(session, months);
        outcome =
            new PurgeOutcome(policy, Optional.of(job.id()), months, objects, Optional.empty());
        close(session, outcome);
      } catch (ArchiveFailure failure) {
        outcome =
            new PurgeOutcome(
                policy,
                Optional.of(job.id()),
                months,
                PurgeOutcome.Objects.NONE,
                Optional.of(failure));
        closeFailed(session, failure);
      }
      return outcome;
    } catch (ArchiveFailure failure) {
      return failed(policy, failure);
    }
  }

  private static PurgeOutcome failed(String policy, ArchiveFailure failure) {
    return new PurgeOutcome(
        policy, Optional.empty(), List.of(), PurgeOutcome.Objects.NONE, Optional.of(failure));
  }

  private void close(PurgeSession session, PurgeOutcome outcome) {
    List<String> problems =
        outcome.months().stream().filter(Purged::isProblem).map(Purged::why).toList();
    if (stop.isRequested()) {
      end(session, "cancelled", "told to stop; the next purge goes on");
    } else if (!problems.isEmpty()) {
      end(session, "failed", String.join("; ", problems));
    } else {
      end(session, "completed", null);
    }
  }

  /** If this fails too, the session is broken: the next job of the policy closes this one. */
  private void closeFailed(PurgeSession session, ArchiveFailure failure) {
    try {
      end(session, "failed", failure.getMessage());
    } catch (ArchiveFailure e) {
      failure.addSuppressed(e);
    }
  }

  private void end(PurgeSession session, String status, String errorMessage) {
    busy.close(() -> session.finish(status, errorMessage));
  }

  /**
   * @return whether to go on
   */
  private boolean purge(PurgeSession session, List<Purged> months) {
    for (BinEntry entry : busy.retrying(session::unfinished)) {
      if (!finish(session, entry, months)) {
        return false;
      }
    }
    for (Purge.Due due : busy.retrying(session::due)) {
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
      busy.run(() -> session.verify(due.month()));
      if (busy.retrying(session::kind) instanceof PolicyKind.Offload) {
        busy.retrying(() -> session.binRows(due.month()))
            .ifPresent(entry -> months.add(month(entry, Fate.BINNED, "")));
        return true;
      }
      Optional<BinEntry> recorded = busy.retrying(() -> session.record(due.month()));
      return recorded.isEmpty()
          || (beginDetach(session, recorded.get(), months)
              && finish(session, recorded.get(), months));
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
      detach(session, entry);
      busy.run(() -> session.bin(entry));
      months.add(month(entry, Fate.BINNED, ""));
      return true;
    } catch (ArchiveFailure failure) {
      months.add(month(entry, fate(failure), failure.getMessage()));
      return failure.error() == ArchiveError.LEDGER_DIFFERS;
    }
  }

  /** A month that cannot even be begun with goes back to the ledger. */
  private boolean beginDetach(PurgeSession session, BinEntry entry, List<Purged> months) {
    try {
      busy.run(() -> session.beginDetach(entry));
      return true;
    } catch (ArchiveFailure failure) {
      if (!LockRetry.isBusy(failure)) {
        throw failure;
      }
      busy.run(session::keepAttached);
      months.add(month(entry, Fate.BUSY, failure.getMessage()));
      return false;
    }
  }

  private void detach(PurgeSession session, BinEntry entry) {
    if (busy.retrying(() -> session.place(entry)) == BinEntry.Place.PENDING) {
      busy.run(() -> session.finishDetach(entry));
    }
  }

  private void empty(PurgeSession session, Predicate<BinEntry> which, List<Purged> months) {
    for (BinEntry entry : busy.retrying(session::entries)) {
      if (entry.state().equals("binned") && which.test(entry) && !stop.isRequested()) {
        months.add(drop(session, entry));
      }
    }
  }

  private Purged drop(PurgeSession session, BinEntry entry) {
    try {
      return busy.retrying(() -> session.drop(entry))
          ? month(entry, Fate.DROPPED, "")
          : month(entry, Fate.HELD, busy.retrying(() -> session.heldBy(entry)).orElse(""));
    } catch (ArchiveFailure failure) {
      return month(entry, fate(failure), failure.getMessage());
    }
  }

  private PurgeOutcome.Objects restore(PurgeSession session, BinEntry entry, List<Purged> months) {
    if (busy.retrying(() -> session.entry(entry.id())).isPresent()) {
      detach(session, entry);
      busy.run(() -> session.restore(session.entry(entry.id()).orElseThrow()));
    } else {
      // One that never left the archive is back since the job began.
      busy.run(() -> session.holdKept(entry));
    }
    months.add(month(entry, Fate.RESTORED, ""));
    return PurgeOutcome.Objects.NONE;
  }

  private static Purged month(BinEntry entry, Fate fate, String why) {
    return new Purged(
        entry.month().toString(), entry.content().rows(), entry.content().bytes(), fate, why);
  }
}
