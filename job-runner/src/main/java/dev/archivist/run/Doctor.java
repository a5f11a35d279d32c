package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.doctor.DatabaseChecks;
import dev.archivist.document.Check;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.ArchiveStore;
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
    checks.addAll(new StoreChecks(settings).all(open));
    checks.add(reportsRoot());
    checks.add(fileNames());
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
    try (ArchiveStore store = PolicyRun.configuredStore(settings)) {
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

  /** Java takes the encoding of file names from the locale. */
  private static Check fileNames() {
    boolean any = ReportRoot.canExpressAnyName();
    return new Check(
        "names of report files",
        any ? Check.Verdict.OK : Check.Verdict.WARNING,
        any
            ? "the locale can express any name"
            : "the locale can only express names in " + System.getProperty("sun.jnu.encoding"),
        any
            ? ""
            : "Run archivist in a UTF-8 locale (LC_ALL=C.UTF-8): a report with another name is not"
                + " archived, and while one is live no local file is deleted.");
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
