package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.doctor.DatabaseChecks;
import dev.archivist.document.Check;
import dev.archivist.document.StoreSummary;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.ArchiveStores;
import dev.archivist.store.StoreSettings;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Looks at everything a run needs. */
public final class Doctor {
  private static final long LOW_DISK_BYTES = 1L << 30;

  private final Settings settings;
  private final Runnable schedule;

  /**
   * @param schedule reads what only the schedule can read
   */
  public Doctor(Settings settings, Runnable schedule) {
    this.settings = settings;
    this.schedule = schedule;
  }

  /**
   * Makes every check that can be made; one that fails does not stop the others. That a setting
   * cannot be read is said once.
   */
  public List<Check> examine(Supplier<Database> open) {
    List<ArchiveFailure> unreadable = new ArrayList<>(settings.unreadable());
    try {
      schedule.run();
    } catch (ArchiveFailure failure) {
      unreadable.add(failure);
    }
    List<Check> checks = new ArrayList<>(List.of(settings(unreadable)));
    for (Check check : ofTheRest(open)) {
      boolean said =
          checks.stream()
              .filter(each -> each.verdict() == Check.Verdict.FAILED)
              .anyMatch(each -> check.finding().endsWith(each.finding()));
      if (!said && unreadable.stream().noneMatch(each -> isAbout(check, each))) {
        checks.add(check);
      }
    }
    return checks;
  }

  private static boolean isAbout(Check check, ArchiveFailure failure) {
    return check.finding().contains(failure.getMessage());
  }

  private static Check settings(List<ArchiveFailure> unreadable) {
    return unreadable.isEmpty()
        ? new Check("settings", Check.Verdict.OK, "all can be read", "")
        : new Check(
            "settings",
            Check.Verdict.FAILED,
            unreadable.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")),
            unreadable.stream().map(ArchiveFailure::hint).collect(Collectors.joining(" ")));
  }

  private List<Check> ofTheRest(Supplier<Database> open) {
    List<Check> checks = new ArrayList<>();
    checks.addAll(database(open));
    checks.add(store());
    checks.add(storeOwner(open));
    checks.add(storeHistory(open));
    checks.add(reportsRoot());
    checks.add(disk("disk for temporary files", settings.home()));
    return checks;
  }

  private List<Check> database(Supplier<Database> open) {
    try (Database database = open.get()) {
      List<Check> checks = new ArrayList<>();
      for (DatabaseChecks.Finding finding : new DatabaseChecks(database).all()) {
        checks.add(
            new Check(
                finding.what(),
                Check.Verdict.valueOf(finding.verdict()),
                finding.found(),
                finding.hint()));
      }
      return checks;
    } catch (ArchiveFailure failure) {
      return List.of(
          new Check("database", Check.Verdict.FAILED, failure.getMessage(), failure.hint()));
    }
  }

  private Check store() {
    try (ArchiveStore store = ArchiveStores.open(StoreSettings.of(settings), Path.of(""))) {
      store.check();
      return new Check(
          "object store",
          Check.Verdict.OK,
          StoreSettings.of(settings).uri() + " can be written to",
          "");
    } catch (ArchiveFailure failure) {
      return new Check("object store", Check.Verdict.FAILED, failure.getMessage(), failure.hint());
    }
  }

  private Check storeOwner(Supplier<Database> open) {
    try (Database database = open.get()) {
      StoreSummary store = StoreOwner.show(settings, database);
      boolean mayWrite = store.ours() || store.owner() == null;
      return new Check(
          "store's owner",
          mayWrite ? Check.Verdict.OK : Check.Verdict.FAILED,
          store.owner() == null
              ? "the store is nobody's yet"
              : "the store belongs to database %s (%s)%s"
                  .formatted(
                      store.owner().name(),
                      store.owner().database(),
                      store.ours() ? ", this one" : ""),
          mayWrite ? "" : "Give this database a prefix of its own, or: archivist store take-over.");
    } catch (ArchiveFailure failure) {
      return new Check(
          "store's owner", Check.Verdict.WARNING, "cannot be told: " + failure.getMessage(), "");
    }
  }

  private Check storeHistory(Supplier<Database> open) {
    String what = "store and database";
    try (Database database = open.get();
        ArchiveStore store = PolicyRun.configuredStore(settings)) {
      Archive archive = new Archive(database);
      StoreHistory history = new StoreHistory(store, database);
      List<String> newer =
          archive.policyNames().stream()
              .filter(policy -> hasFiles(archive, policy))
              .flatMap(policy -> history.newer(policy).stream())
              .toList();
      return newer.isEmpty()
          ? new Check(what, Check.Verdict.OK, "the database knows what the store has seen", "")
          : new Check(
              what,
              Check.Verdict.FAILED,
              String.join("; ", newer),
              "The database seems to be older than the store, as after a restore from a backup:"
                  + " archivist reconcile.");
    } catch (ArchiveFailure failure) {
      return new Check(
          what, Check.Verdict.WARNING, "cannot be told: " + failure.getMessage(), failure.hint());
    }
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

  private Check reportsRoot() {
    Path root = settings.reportsRoot();
    if (Files.isDirectory(root) && Files.isReadable(root) && Files.isWritable(root)) {
      return new Check("report files", Check.Verdict.OK, root + " can be read and written to", "");
    }
    return new Check(
        "report files",
        Check.Verdict.WARNING,
        root + " is not a directory that can be read and written to",
        "Point REPORTS_LOCAL_DIR to the directory that reports.file_path is relative to.");
  }

  private static Check disk(String what, Path directory) {
    Path present = directory;
    while (present != null && !Files.exists(present)) {
      present = present.getParent();
    }
    try {
      FileStore disk = Files.getFileStore(present);
      long free = disk.getUsableSpace();
      return new Check(
          what,
          free < LOW_DISK_BYTES ? Check.Verdict.WARNING : Check.Verdict.OK,
          (free >> 20) + " MiB free at " + present,
          free < LOW_DISK_BYTES ? "Make room: a report is compressed here before it is sent." : "");
    } catch (IOException e) {
      return new Check(what, Check.Verdict.WARNING, "cannot be told: " + e.getMessage(), "");
    }
  }
}
