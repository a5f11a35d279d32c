package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.RunSession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.Codec;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.FileRights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Brings report files back: download and compare, unless the file is in its place, move the row.
 * The object goes to the bin: it is deleted when the policy's {@code bin_for} is over. Each step
 * may be repeated; a crash between any two loses nothing and overwrites nothing.
 */
final class RestoreRun implements AutoCloseable {
  private final RunSession session;
  private final ReportRoot root;
  private final Path lockFile;
  private final ArchiveStore store;
  private final StrayObjects stray;
  private final LockRetry retry;
  private final RootOwner owner;

  private RestoreRun(Settings settings, RunSession session, ArchiveStore store, LockRetry retry) {
    this.session = session;
    this.root = new ReportRoot(settings.reportsRoot(), settings.maxReportBytes());
    this.lockFile = settings.restoreLock();
    this.store = store;
    this.stray = new StrayObjects(session.objects(), store, root);
    this.retry = retry;
    this.owner = new RootOwner(settings, session.session().database(), store);
  }

  /**
   * Opens the configured store, which must be this database's, and looks whose the reports'
   * directory is.
   */
  static RestoreRun open(
      Settings settings,
      RunSession session,
      Function<Settings, ArchiveStore> stores,
      LockRetry retry) {
    ArchiveStore store = RootOwner.open(settings, session.session(), stores);
    return new RestoreRun(settings, session, store, retry);
  }

  /**
   * Restores every report that the job is about.
   *
   * @param problems takes the reports that stay archived, with their reasons
   * @param notes hears of objects that are still there
   */
  void restoreAll(
      JobTotals totals, List<String> problems, StopSignal stop, Consumer<String> notes) {
    stray.deleteDue(retry, notes);
    ReportRows.Position position = ReportRows.Position.START;
    List<ArchivedReport> page = nextPage(position);
    while (!page.isEmpty()) {
      for (ArchivedReport report : page) {
        if (stop.isRequested()) {
          totals.add(new BatchResult(0, 0, 0, 0, false));
          return;
        }
        restoreOrExplain(report, totals, problems);
        stray.deleteIfDue(report.object().location(), retry, notes);
        position = new ReportRows.Position(report.createdAt(), report.id());
      }
      page = nextPage(position);
    }
    totals.add(new BatchResult(0, 0, 0, 0, true));
  }

  private List<ArchivedReport> nextPage(ReportRows.Position after) {
    return retry.retrying(() -> session.archivedReports(after));
  }

  private void restoreOrExplain(ArchivedReport report, JobTotals totals, List<String> problems) {
    try {
      restore(report, totals);
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      problems.add(report.id() + ": " + failure.getMessage());
    }
  }

  private void restore(ArchivedReport report, JobTotals totals) {
    Path place = root.place(report.file());
    RestoredFile file = new RestoredFile(root.realRoot(), place, report, lockFile);
    if (!file.isInPlace()) {
      owner.claim(place.getParent());
      download(report, file);
    }
    RestoreResult result =
        retry
            .retrying(() -> session.commitRestored(report))
            .orElseThrow(
                () ->
                    new ArchiveFailure(
                        ArchiveError.REPORT_CHANGED,
                        "the report is no longer archived: " + report.file(),
                        "Its file was put in its place and stays there."));
    totals.add(new BatchResult(result.restored(), 0, 0, result.bytes(), false));
  }

  private void download(ArchivedReport report, RestoredFile file) {
    String key = key(report.object().location());
    Codec codec = codec(key);
    try (InputStream stored = store.open(key)) {
      // those of the object only where the database has none: who may write the store chooses them
      Optional<FileRights> recorded =
          Optional.ofNullable(report.object().fileRights()).flatMap(FileRights::parse);
      file.put(stored, codec, recorded.or(() -> store.rights(key).map(FileRights::unconfirmed)));
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.STORE_UNREACHABLE,
          "object " + report.object().location() + " cannot be read: " + e.getMessage(),
          "The report stays archived; restore again when the store answers.",
          e);
    }
  }

  private String key(String location) {
    return store
        .key(location)
        .orElseThrow(
            () ->
                new ArchiveFailure(
                    ArchiveError.OBJECT_MISSING,
                    "the configured store is not the one that holds " + location,
                    "Point ARCHIVE_STORE_URI to the store that the object was written to."));
  }

  private static Codec codec(String key) {
    return Codec.ofKey(key)
        .orElseThrow(
            () ->
                new ArchiveFailure(
                    ArchiveError.OBJECT_CORRUPT,
                    "the object's name does not say how it is compressed: " + key,
                    "Give it back the name that the archive knows."));
  }

  @Override
  public void close() {
    store.close();
  }
}
