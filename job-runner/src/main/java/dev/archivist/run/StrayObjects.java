package dev.archivist.run;

import dev.archivist.db.JobSession;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Deletes objects that no report refers to any more. Each is put down in the database before, and
 * crossed out behind its deletion, so a crash forgets none. The job holds the policy: no report
 * comes to refer to the object between the question and the deletion.
 */
final class StrayObjects {
  private final JobSession session;
  private final ArchiveStore store;

  StrayObjects(JobSession session, ArchiveStore store) {
    this.session = session;
    this.store = store;
  }

  /** Deletes all that are put down. */
  void deleteAll(LockRetry busy, Consumer<String> notes) {
    busy.retrying(session::strayObjects).forEach(location -> delete(location, busy, notes));
  }

  /** Deletes one; a failure of the store is noted, and the next job tries again. */
  void delete(String location, LockRetry busy, Consumer<String> notes) {
    if (!busy.retrying(() -> session.isReferenced(location)) && !isDeleted(location, notes)) {
      return;
    }
    busy.retrying(
        () -> {
          session.forgetStray(location);
          return null;
        });
  }

  private boolean isDeleted(String location, Consumer<String> notes) {
    Optional<String> key = store.key(location);
    if (key.isEmpty()) {
      notes.accept("object " + location + " is not needed, but it is in another store");
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
