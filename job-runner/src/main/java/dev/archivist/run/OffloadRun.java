package dev.archivist.run;

import dev.archivist.config.Settings;
import dev.archivist.db.RunSession;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.policy.FileColumns;
import dev.archivist.engine.report.Report;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.file.HeldDirectory;
import dev.archivist.report.Codec;
import dev.archivist.report.CompressedReport;
import dev.archivist.report.Compressor;
import dev.archivist.report.ObjectKey;
import dev.archivist.report.ReadBack;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.report.Whereabouts;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.FileRights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Archives report files: upload, read back and compare, move the row, delete the local file. Each
 * step may be repeated; a crash between any two loses nothing and deletes nothing too early. The
 * tests' {@code OffloadModel} has the same steps under the same names and explores every order of
 * them, crashes and other people's acts: change both together.
 */
final class OffloadRun implements AutoCloseable {
  private final RunSession session;
  private final FileColumns offload;
  private final Codec codec;
  private final ReportRoot root;
  private final Path temporary;
  private final ArchiveStore store;
  private final FileDeletion deletion;
  private final RootOwner owner;
  private final Consumer<String> notes;

  private OffloadRun(
      Settings settings,
      RunSession session,
      FileColumns offload,
      ArchiveStore store,
      Consumer<String> notes) {
    this.session = session;
    this.offload = offload;
    this.codec = Codec.valueOf(offload.codec().toUpperCase(Locale.ROOT));
    this.root = new ReportRoot(settings.reportsRoot(), settings.maxReportBytes());
    this.temporary = settings.home().resolve("tmp");
    this.store = store;
    this.deletion =
        new FileDeletion(LiveAndArchived.of(session), root, settings.restoreLock(), notes);
    this.owner = new RootOwner(settings, session.session().database(), store);
    this.notes = notes;
  }

  /**
   * Opens the configured store, which must be this database's, and looks whose the reports'
   * directory is.
   *
   * @param notes hears of files that are kept although their report is archived, and of objects
   *     that no report needs
   */
  static OffloadRun open(
      Settings settings,
      RunSession session,
      FileColumns offload,
      Function<Settings, ArchiveStore> stores,
      Consumer<String> notes) {
    Compressor.removeLeftovers(settings.home().resolve("tmp"));
    ArchiveStore store = RootOwner.open(settings, session.session(), stores);
    return new OffloadRun(settings, session, offload, store, notes);
  }

  /**
   * Archives every old report.
   *
   * @param problems takes the reports that could not be archived, with their reasons
   * @param notes hears of files that are kept although their report is archived, and of objects
   *     that no report needs
   */
  void archiveAll(
      JobTotals totals,
      List<String> problems,
      StopSignal stop,
      LockRetry retry,
      Consumer<String> notes) {
    new StrayObjects(session.objects(), store, root).deleteDue(retry, notes);
    retry.run(deletion::lookAtLinksAndPutBack);
    retry.retrying(session::leftovers).forEach(leftover -> deleteLeftover(leftover, notes));
    ReportRows.Position position = ReportRows.Position.START;
    List<Report> page = nextPage(retry, position);
    while (!page.isEmpty()) {
      for (Report report : page) {
        if (stop.isRequested()) {
          totals.add(new BatchResult(0, 0, 0, 0, false));
          return;
        }
        archiveOrExplain(report, totals, problems);
        position = new ReportRows.Position(report.createdAt(), report.id());
      }
      page = nextPage(retry, position);
      retry.run(deletion::lookAtLinks);
    }
    totals.add(new BatchResult(0, 0, 0, 0, true));
  }

  private List<Report> nextPage(LockRetry retry, ReportRows.Position after) {
    return retry.retrying(() -> session.candidates(after));
  }

  private void archiveOrExplain(Report report, JobTotals totals, List<String> problems) {
    try {
      archive(report, totals);
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      problems.add(report.id() + ": " + failure.getMessage());
    }
  }

  private void archive(Report report, JobTotals totals) {
    ReportFile file = root.resolve(report.file());
    requireNotArchived(report);
    String key =
        ObjectKey.of(
            offload.objectPrefix(),
            report.createdAt().toInstant(),
            report.id(),
            ObjectKey.attempt(),
            ObjectKey.extension(report.format(), report.file()),
            codec);
    StoredReport object = upload(file, key);
    totals.add(commit(report, object, key));
    delete(report.id(), report.file(), object);
  }

  /** Only where the directory is this database's: others may need the file. */
  private void delete(UUID report, String file, StoredReport object) {
    try {
      owner.claimFor(fileAt(file));
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      notes.accept(report + ": local file kept: " + failure.getMessage());
      return;
    }
    deletion.delete(report, file, object);
  }

  /** Empty also if nobody can tell: then nothing is deleted anyway. */
  private Optional<Path> fileAt(String file) {
    return root.whereabouts(file) instanceof Whereabouts.At at && Files.exists(at.place())
        ? Optional.of(at.place())
        : Optional.empty();
  }

  /** The archive has one row of an id. */
  private void requireNotArchived(Report report) {
    if (session.isArchived(report.id())) {
      throw new ArchiveFailure(
          ArchiveError.OBJECT_CONFLICT,
          "a report with this id is archived already: " + report.file(),
          "Give the live row another id, or delete it if it is the same report.");
    }
  }

  private StoredReport upload(ReportFile file, String key) {
    Optional<FileRights> before = rightsOf(file);
    try (CompressedReport compressed = Compressor.compress(file, codec, temporary)) {
      Optional<FileRights> rights = giveRights(file, before, compressed.path());
      store.put(key, compressed.path(), compressed.sha256());
      readBack(key, compressed);
      return new StoredReport(
          store.uri(key),
          compressed.contentBytes(),
          compressed.contentSha256(),
          compressed.bytes(),
          compressed.sha256(),
          rights.map(FileRights::toString).orElse(null));
    }
  }

  /** The store keeps those of what it is given; these are the file's own, whose content it is. */
  private static Optional<FileRights> giveRights(
      ReportFile report, Optional<FileRights> before, Path compressed) {
    if (!before.equals(rightsOf(report)) || !report.isUnchanged()) {
      throw rightsChanged(report, null);
    }
    try {
      if (before.isPresent()) {
        before.get().applyTo(compressed);
      }
      return before;
    } catch (IOException e) {
      throw rightsChanged(report, e);
    }
  }

  private static Optional<FileRights> rightsOf(ReportFile report) {
    try (HeldDirectory directory = report.directory()) {
      return FileRights.of(directory.rights(report.path().getFileName()));
    } catch (IOException e) {
      throw rightsChanged(report, e);
    }
  }

  private static ArchiveFailure rightsChanged(ReportFile report, IOException cause) {
    return new ArchiveFailure(
        ArchiveError.REPORT_CHANGED,
        "the permissions of the report's file cannot be read or kept, or were changed: "
            + report.path(),
        "It stays where it is; the next run tries again.",
        cause);
  }

  /** What the store has kept wrongly is nobody's: the next run puts the report under a new key. */
  private void readBack(String key, CompressedReport compressed) {
    try (InputStream stored = store.open(key)) {
      ReadBack.verify(stored, codec, compressed.contentSha256(), compressed.contentBytes());
    } catch (ArchiveFailure failure) {
      if (failure.error() == ArchiveError.OBJECT_CORRUPT) {
        discard(key, failure);
      }
      throw failure;
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.STORE_UNREACHABLE,
          "object " + store.uri(key) + " cannot be read back: " + e.getMessage(),
          "Nothing was deleted; run again when the store answers.",
          e);
    }
  }

  /** What a lock or a constraint refused is rolled back; of other failures nobody can tell. */
  private BatchResult commit(Report report, StoredReport object, String key) {
    try {
      return session.commitReport(report, object).orElseThrow(() -> changed(report, key));
    } catch (ArchiveFailure failure) {
      if (LockRetry.isBusy(failure) || failure.error() == ArchiveError.REPORT_REFUSED) {
        discard(key, failure);
      }
      throw failure;
    }
  }

  /** The row is not ours any more, so nobody will ever refer to the object. */
  private ArchiveFailure changed(Report report, String key) {
    ArchiveFailure failure =
        new ArchiveFailure(
            ArchiveError.REPORT_CHANGED,
            "the row was changed, deleted or held while its file was uploaded: " + report.file(),
            "The next run looks at it again.");
    discard(key, failure);
    return failure;
  }

  /**
   * Deletes the object of an upload that came to nothing. Its key was never used before and never
   * will be, so this hits no other object, however late. If it fails, the object stays; verify
   * names it.
   */
  private void discard(String key, ArchiveFailure reason) {
    try {
      store.delete(key);
    } catch (ArchiveFailure failure) {
      reason.addSuppressed(failure);
    }
  }

  /** Its row may have come by other hands than ours, so the object is looked at before. */
  private void deleteLeftover(ReportRows.Leftover leftover, Consumer<String> notes) {
    ReportObject.difference(store, leftover.object())
        .ifPresentOrElse(
            what ->
                notes.accept(
                    leftover.id()
                        + ": local file kept: of its object "
                        + leftover.object().location()
                        + ": "
                        + what),
            () -> delete(leftover.id(), leftover.file(), leftover.object()));
  }

  @Override
  public void close() {
    store.close();
  }
}
