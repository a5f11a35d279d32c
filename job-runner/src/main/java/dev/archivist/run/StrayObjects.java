package dev.archivist.run;

import dev.archivist.db.ObjectSession;
import dev.archivist.engine.report.ReportObjects.Stray;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.ArchiveStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Deletes objects that no report needs any more and whose time in the bin is over. Each is recorded
 * in the database before, and its record deleted after it, so a crash forgets none. The job holds
 * the policy: no report comes to refer to the object between the question and the deletion.
 */
final class StrayObjects {
  private final ObjectSession session;
  private final ArchiveStore store;
  private final ReportRoot root;

  StrayObjects(ObjectSession session, ArchiveStore store, ReportRoot root) {
    this.session = session;
    this.store = store;
    this.root = root;
  }

  /** Deletes all that are due. */
  void deleteDue(LockRetry retry, Consumer<String> notes) {
    delete(retry.retrying(() -> session.stray(false)), retry, notes);
  }

  /** Deletes one, if it is due. */
  void deleteIfDue(String location, LockRetry retry, Consumer<String> notes) {
    delete(retry.retrying(() -> session.strayAndDue(location)).stream().toList(), retry, notes);
  }

  /** A failure of the store is noted, and the next job tries again. */
  private void delete(List<Stray> due, LockRetry retry, Consumer<String> notes) {
    for (UnneededObjects.Verdict verdict :
        new UnneededObjects(session, root, retry, notes).of(due)) {
      if (!verdict.mayGo() || isDeleted(verdict.location(), notes)) {
        retry.run(() -> session.forget(verdict.location()));
      }
    }
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
