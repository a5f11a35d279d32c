package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.document.Check;
import dev.archivist.document.StoreSummary;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Whether database and object store belong together. */
final class StoreChecks {
  private static final String OWNER = "store's owner";
  private static final String HISTORY = "store and database";

  private final Settings settings;

  StoreChecks(Settings settings) {
    this.settings = settings;
  }

  List<Check> all(Supplier<Database> open) {
    try (Database database = open.get();
        ArchiveStore store = PolicyRun.configuredStore(settings)) {
      StoreSummary summary = new StoreOwner(store, database).summary();
      Check owner = owner(summary);
      Archive archive = new Archive(database);
      if (owner.verdict() == Check.Verdict.FAILED
          && archive.policyNames().stream().noneMatch(archive::hasFiles)) {
        return List.of(
            new Check(
                OWNER,
                Check.Verdict.OK,
                owner.finding() + "; no policy of this one has files",
                ""));
      }
      return List.of(
          owner,
          owner.verdict() == Check.Verdict.FAILED
              ? unknown(HISTORY, "the store may not be this database's", "")
              : history(database, store));
    } catch (ArchiveFailure failure) {
      return List.of(unknown(OWNER, failure.getMessage(), failure.hint()));
    }
  }

  private static Check owner(StoreSummary store) {
    if (store.others().stream().anyMatch(StoreSummary.Other::around)) {
      return failed(
          "the store lies in that of " + others(store),
          "Give each database a prefix of its own, none inside another's.");
    }
    if (store.owner() == null && store.inUse()) {
      return failed(
          "the store has no mark that says whose it is, but this database has objects there",
          "Is it mounted, and the right one? If it really is the store: archivist store take-over,"
              + " then archivist reconcile.");
    }
    if (store.owner() == null) {
      return new Check(OWNER, Check.Verdict.OK, "the store is nobody's yet", "");
    }
    String owner = "the store belongs to " + OwnerMarks.words(store.owner());
    if (!store.ours()) {
      return failed(
          owner,
          "Point ARCHIVE_STORE_URI to a store, or a prefix, of this database's own. If the other"
              + " database is gone: archivist store take-over.");
    }
    return store.others().isEmpty()
        ? new Check(OWNER, Check.Verdict.OK, owner + ", this one", "")
        : new Check(
            OWNER,
            Check.Verdict.WARNING,
            owner
                + ", this one; but reports have objects inside it in the store of "
                + others(store),
            "Nothing is done with these objects; archivist verify names their reports.");
  }

  private static String others(StoreSummary store) {
    return store.others().stream().map(OwnerMarks::words).collect(Collectors.joining(", "));
  }

  private static Check history(Database database, ArchiveStore store) {
    try {
      Archive archive = new Archive(database);
      StoreHistory history = new StoreHistory(store, database);
      List<String> newer =
          archive.policyNames().stream()
              .filter(archive::hasFiles)
              .flatMap(policy -> history.newer(policy).stream())
              .toList();
      return newer.isEmpty()
          ? new Check(HISTORY, Check.Verdict.OK, "the database knows what the store has seen", "")
          : new Check(
              HISTORY,
              Check.Verdict.FAILED,
              String.join("; ", newer),
              "The database seems to be older than the store, as after a restore from a backup:"
                  + " archivist reconcile.");
    } catch (ArchiveFailure failure) {
      return unknown(HISTORY, failure.getMessage(), failure.hint());
    }
  }

  private static Check failed(String what, String hint) {
    return new Check(OWNER, Check.Verdict.FAILED, what, hint);
  }

  private static Check unknown(String what, String why, String hint) {
    return new Check(what, Check.Verdict.WARNING, "cannot be told: " + why, hint);
  }
}
