package dev.archivist.run;

import dev.archivist.db.PurgeSession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.ArchiveStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Deletes objects that no report refers to any more, and releases those that are past their own
 * retention, once their time in the bin is over. Each is recorded in the database first and its
 * record deleted last, so that whatever is cut short is done again; doing it twice does no harm.
 * The job holds the policy, so no report comes to refer to an object in between.
 */
final class ObjectPurge {
  private final PurgeSession session;
  private final ArchiveStore store;
  private final LockRetry retry;
  private final StopSignal stop;
  private final boolean all;
  private final List<String> left = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final UnneededObjects unneeded;
  private final Set<String> elsewhere = new TreeSet<>();

  /**
   * @param root where restored reports have their files
   * @param all empties the bin: whatever is in it goes, due or not
   */
  ObjectPurge(
      PurgeSession session,
      ArchiveStore store,
      ReportRoot root,
      LockRetry retry,
      StopSignal stop,
      boolean all) {
    this.session = session;
    this.store = store;
    this.retry = retry;
    this.stop = stop;
    this.all = all;
    this.unneeded = new UnneededObjects(session.objects(), root, retry, notes::add);
  }

  /** Whether there is anything to do. */
  static boolean isDue(PurgeSession session, boolean all) {
    return !session.objects().stray(all).isEmpty()
        || !session.expiringObjects(all).isEmpty()
        || !session.releasedButHeld().isEmpty()
        || session.anyObjectPast();
  }

  PurgeOutcome.Objects run() {
    long kept = keepHeld();
    release();
    long expired = expire();
    long deleted = deleteStray();
    return new PurgeOutcome.Objects(deleted, expired, kept, left, notes, List.copyOf(elsewhere));
  }

  /** Another database's object stays as it is, and the others go on. */
  private boolean isDone(BooleanSupplier work) {
    try {
      return work.getAsBoolean();
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.OBJECT_OF_ANOTHER) {
        throw failure;
      }
      left.add(failure.getMessage());
      return false;
    }
  }

  /** A report that was held after its object was released: the object stays, if it is there. */
  private long keepHeld() {
    long kept = 0;
    for (String location : retry.retrying(session::releasedButHeld)) {
      if (!stop.isRequested() && isDone(() -> key(location).filter(store::keep).isPresent())) {
        retry.run(() -> session.keptObject(location));
        kept++;
      }
    }
    return kept;
  }

  /** To the bin. */
  private void release() {
    int released;
    do {
      released = stop.isRequested() ? 0 : retry.retrying(session::releaseObjects);
    } while (released > 0);
  }

  /** Holds are asked again for each object: what was made since is in force. */
  private long expire() {
    long expired = 0;
    List<String> locations = retry.retrying(() -> session.expiringObjects(all));
    Set<String> shared = unneeded.shared(locations);
    for (String location : locations) {
      if (stop.isRequested()) {
        return expired;
      }
      Optional<String> key = shared.contains(location) ? Optional.empty() : key(location);
      if (key.isPresent() && isDone(() -> expire(location, key.get()))) {
        expired++;
      }
    }
    return expired;
  }

  private boolean expire(String location, String key) {
    return retry.retrying(() -> session.expire(location, () -> store.expire(key)));
  }

  private long deleteStray() {
    long deleted = 0;
    for (UnneededObjects.Verdict verdict :
        unneeded.of(retry.retrying(() -> session.objects().stray(all)))) {
      if (stop.isRequested()) {
        return deleted;
      }
      if (verdict.mayGo()) {
        Optional<String> key = key(verdict.location());
        if (key.isEmpty() || !isDone(() -> delete(key.get()))) {
          continue;
        }
        deleted++;
      }
      retry.run(() -> session.objects().forget(verdict.location()));
    }
    return deleted;
  }

  private boolean delete(String key) {
    store.delete(key);
    return true;
  }

  /** The object's key; empty, and noted, if it is in another store. */
  private Optional<String> key(String location) {
    Optional<String> key = store.key(location);
    if (key.isEmpty()) {
      elsewhere.add(location);
    }
    return key;
  }
}
