package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.StoredLocations;
import dev.archivist.document.Check;
import dev.archivist.document.StoreSummary;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Whether database and object store belong together. */
final class StoreChecks {
  private static final String OWNER = "store's owner";
  private static final String HISTORY = "store and database";
  private static final String ELSEWHERE = "archived reports";
  private static final String REPORTS = "report files' owner";

  private final Settings settings;

  StoreChecks(Settings settings) {
    this.settings = settings;
  }

  List<Check> all(Supplier<Database> open) {
    try (Database database = open.get();
        ArchiveStore store = PolicyRun.configuredStore(settings)) {
      if (!database.fit().isMigrated()) {
        return List.of();
      }
      StoreSummary summary = new StoreOwner(store, database).summary();
      Check owner = owner(summary);
      List<String> policies = new Archive(database).inOneSession(StoreChecks::policiesWithFiles);
      if (owner.verdict() == Check.Verdict.FAILED && policies.isEmpty()) {
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
              : history(policies, database, store),
          elsewhere(database, store),
          reports(new RootOwner(settings, database, store)));
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
          "Give this database a prefix of its own (ARCHIVE_STORE_URI). Only if that database is gone,"
              + " or this one was restored from its dump: archivist store take-over.");
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

  private static Check history(List<String> policies, Database database, ArchiveStore store) {
    try {
      StoreHistory history = new StoreHistory(store, database);
      List<String> newer =
          policies.stream().flatMap(policy -> history.newer(policy).stream()).toList();
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

  /** What a store that was changed for another still has, if it is still there. */
  private static Check elsewhere(Database database, ArchiveStore store) {
    try {
      Map<String, Long> others = new StoredLocations(database).elsewhere(store.bases());
      long reports = others.values().stream().mapToLong(Long::longValue).sum();
      return others.isEmpty()
          ? new Check(ELSEWHERE, Check.Verdict.OK, "none lies in another store", "")
          : new Check(
              ELSEWHERE,
              Check.Verdict.WARNING,
              "%d archived %s in other stores: %s"
                  .formatted(
                      reports,
                      reports == 1 ? "report is" : "reports are",
                      String.join(", ", others.keySet())),
              "To restore or verify them, point ARCHIVE_STORE_URI there.");
    } catch (ArchiveFailure failure) {
      return unknown(ELSEWHERE, failure.getMessage(), failure.hint());
    }
  }

  private static Check reports(RootOwner root) {
    try {
      root.require();
      StoreSummary summary = root.summary();
      return new Check(
          REPORTS,
          Check.Verdict.OK,
          summary.owner() == null
              ? "the directory is nobody's yet"
              : "the directory belongs to " + OwnerMarks.words(summary.owner()) + ", this one",
          "");
    } catch (ArchiveFailure failure) {
      return new Check(REPORTS, Check.Verdict.FAILED, failure.getMessage(), failure.hint());
    }
  }

  private static List<String> policiesWithFiles(Archive archive) {
    return archive.policyNames().stream().filter(policy -> hasFiles(archive, policy)).toList();
  }

  /** An invalid policy has a check of its own. */
  private static boolean hasFiles(Archive archive, String policy) {
    try {
      return archive.hasFiles(policy);
    } catch (ArchiveFailure failure) {
      if (failure.error() == ArchiveError.POLICY_INVALID) {
        return false;
      }
      throw failure;
    }
  }

  private static Check failed(String what, String hint) {
    return new Check(OWNER, Check.Verdict.FAILED, what, hint);
  }

  private static Check unknown(String what, String why, String hint) {
    return new Check(what, Check.Verdict.WARNING, "cannot be told: " + why, hint);
  }
}
