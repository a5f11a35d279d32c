package dev.archivist.run;

import dev.archivist.db.ObjectSession;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Deletes objects that no report refers to any more and whose time in the bin is over. Each is
 * recorded in the database before, and its record deleted after it, so a crash forgets none. The
 * job holds the policy: no report comes to refer to the object between the question and the
 * deletion.
 */
final class StrayObjects {
  private final ObjectSession session;
  private final ArchiveStore store;

  StrayObjects(ObjectSession session, ArchiveStore store) {
    this.session = session;
    this.store = store;
  }

  /** Deletes all that are due. */
  void deleteDue(LockRetry retry, Consumer<String> notes) {
    retry.retrying(() -> session.stray(false)).forEach(location -> delete(location, retry, notes));
  }

  /** Deletes one, if it is due. */
  void deleteIfDue(String location, LockRetry retry, Consumer<String> notes) {
    if (retry.retrying(() -> session.isStrayAndDue(location))) {
      delete(location, retry, notes);
    }
  }

  /** A failure of the store is noted, and the next job tries again. */
  private void delete(String location, LockRetry retry, Consumer<String> notes) {
    if (!retry.retrying(() -> session.isReferenced(location)) && !isDeleted(location, notes)) {
      return;
    }
    retry.retrying(
        () -> {
          session.forget(location);
          return null;
        });
  }

  private boolean isDeleted(String location, Consumer<String> notes) {
    Optional<String> key = store.key(location);
    if (key.isEmpty()) {
      notes.accept(
          "object "
              + location
              + " is not needed, but it is in another store, or not spelled as this store does");
      return false;
    }
    try {
      store.delete(key.get());
      return true;
    } catch (ArchiveFailure failure) {
      notes.accept(
          "object " + location + " is not needed, but is still there: " + failure.getMessage());
      return false;
    }
  }
}
