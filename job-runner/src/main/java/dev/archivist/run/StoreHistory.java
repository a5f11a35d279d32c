package dev.archivist.run;

import dev.archivist.db.Database;
import dev.archivist.db.JobHistory;
import dev.archivist.document.JobMark;
import dev.archivist.document.Json;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.StoreKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * Which jobs a store has seen. A database that is restored from an older backup forgets what its
 * jobs did since; the store does not. So each job leaves its id before it changes anything in the
 * store, and the policy's next one goes on only if the database knows that id.
 */
final class StoreHistory {
  private final ArchiveStore store;
  private final Database database;

  StoreHistory(ArchiveStore store, Database database) {
    this.store = store;
    this.database = database;
  }

  /** Why the store may have seen what this database does not know; empty if it has not. */
  Optional<String> newer(String policy) {
    return store
        .mark(StoreKey.jobOf(policy))
        .flatMap(
            found ->
                read(found.text())
                    .map(mark -> newer(policy, mark))
                    .orElseGet(
                        () ->
                            Optional.of(
                                "the mark %s does not say which job left it"
                                    .formatted(found.uri()))));
  }

  private Optional<String> newer(String policy, JobMark last) {
    return JobHistory.of(database, last).isComplete()
        ? Optional.empty()
        : Optional.of(
            "%s has seen job %s of policy %s, which this database does not know, or which ran before it"
                    .formatted(store, last.job(), policy)
                + " was promoted or recovered from a backup");
  }

  /** Empty if it names no job: no message repeats what others may have put there. */
  private static Optional<JobMark> read(String text) {
    try {
      return Optional.of(Json.read(text, JobMark.class))
          .filter(mark -> mark.job() != null && mark.timeline() != null);
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  /**
   * Lets the job go on if the database knows what the store has seen, and leaves its mark.
   *
   * @throws ArchiveFailure {@code ZA029} if it does not
   */
  void enter(String policy, UUID job) {
    newer(policy)
        .ifPresent(
            what -> {
              throw new ArchiveFailure(
                  ArchiveError.STORE_NEWER,
                  what,
                  "If the database was restored from a backup, or a standby took over: archivist"
                      + " reconcile says what differs, and with --apply brings reports and objects"
                      + " together and lets jobs go on. A copy beside the first database needs an"
                      + " ARCHIVE_STORE_URI of its own.");
            });
    leave(policy, job);
  }

  /** Leaves the job's mark. */
  void leave(String policy, UUID job) {
    JobMark mark = new JobMark(policy, job, JobHistory.timeline(database));
    store.mark(StoreKey.jobOf(policy), (Json.line(mark) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
