package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.doctor.DatabaseChecks;
import dev.archivist.document.Check;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.StoreSettings;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Looks at everything a run needs. */
public final class Doctor {
  private static final long LOW_DISK_BYTES = 1L << 30;

  private final Settings settings;

  public Doctor(Settings settings) {
    this.settings = settings;
  }

  /** Makes every check that can be made; one that fails does not stop the others. */
  public List<Check> examine(Supplier<Database> open) {
    List<Check> checks = new ArrayList<>();
    checks.addAll(database(open));
    checks.add(store());
    checks.addAll(new StoreChecks(settings).all(open));
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
