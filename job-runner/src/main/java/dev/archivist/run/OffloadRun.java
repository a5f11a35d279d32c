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
import dev.archivist.report.Codec;
import dev.archivist.report.CompressedReport;
import dev.archivist.report.Compressor;
import dev.archivist.report.ObjectKey;
import dev.archivist.report.ReadBack;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.FileRights;
import java.io.IOException;
import java.io.InputStream;
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
    new StrayObjects(session.objects(), store).deleteDue(retry, notes);
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
        archiveOrExplain(report, totals, problems, notes);
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

  private void archiveOrExplain(
      Report report, JobTotals totals, List<String> problems, Consumer<String> notes) {
    try {
      archive(report, totals, notes);
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      problems.add(report.id() + ": " + failure.getMessage());
    }
  }

  private void archive(Report report, JobTotals totals, Consumer<String> notes) {
    ReportFile file = root.resolve(report.file());
    requireNotArchived(report);
    String key =
        ObjectKey.of(
            offload.objectPrefix(),
            report.createdAt().toInstant(),
            report.id(),
            ObjectKey.extension(report.format(), report.file()),
            codec);
    StoredReport object = upload(file, key);
    totals.add(session.commitReport(report, object).orElseThrow(() -> changed(report, object)));
    delete(report.id(), report.file(), object);
  }

  /** Only where the directory is this database's: others may need the file. */
  private void delete(UUID report, String file, StoredReport object) {
    try {
      owner.claimFor(root.realPath(file));
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      notes.accept(report + ": local file kept: " + failure.getMessage());
      return;
    }
    deletion.delete(report, file, object);
  }

  /** Its key is its id, so another report with that id would take the place of the first. */
  private void requireNotArchived(Report report) {
    if (session.isArchived(report.id())) {
      throw new ArchiveFailure(
          ArchiveError.OBJECT_CONFLICT,
          "a report with this id is archived already: " + report.file(),
          "Give the live row another id, or delete it if it is the same report.");
    }
  }

  private StoredReport upload(ReportFile file, String key) {
    try (CompressedReport compressed = Compressor.compress(file, codec, temporary)) {
      giveRights(file.path(), compressed.path());
      String taken = put(key, compressed);
      readBack(taken, compressed);
      return new StoredReport(
          store.uri(taken),
          compressed.contentBytes(),
          compressed.contentSha256(),
          compressed.bytes(),
          compressed.sha256());
    }
  }

  /** The store keeps those of what it is given. */
  private static void giveRights(Path report, Path compressed) {
    try {
      Optional<FileRights> rights = FileRights.of(report);
      if (rights.isPresent()) {
        rights.get().applyTo(compressed);
      }
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.REPORT_CHANGED,
          "the permissions of the report's file cannot be read or kept: " + report,
          "It stays where it is; the next run tries again.",
          e);
    }
  }

  /**
   * An object with other content that no archived report refers to was left by a run that crashed
   * before its commit and whose file has changed since, or by a job that this database has
   * forgotten. It may be the only copy of something, so it stays, and this one gets a name that has
   * its content in it.
   *
   * @return the key that it has
   */
  private String put(String key, CompressedReport compressed) {
    try {
      store.put(key, compressed.path(), compressed.sha256());
      return key;
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.OBJECT_CONFLICT
          || session.objects().isReferenced(store.uri(key))) {
        throw failure;
      }
      String other = ObjectKey.withContent(key, compressed.contentSha256());
      store.put(other, compressed.path(), compressed.sha256());
      return other;
    }
  }

  private void readBack(String key, CompressedReport compressed) {
    try (InputStream stored = store.open(key)) {
      ReadBack.verify(stored, codec, compressed.contentSha256(), compressed.contentBytes());
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.STORE_UNREACHABLE,
          "object " + store.uri(key) + " cannot be read back: " + e.getMessage(),
          "Nothing was deleted; run again when the store answers.",
          e);
    }
  }

  /**
   * The row is not ours any more. Where it is still live the object stays, for the next run to use
   * or replace: had our session ended by now, that run might be about to refer to it. Where the
   * report was deleted nobody ever will, and its content must not stay in the store.
   */
  private ArchiveFailure changed(Report report, StoredReport object) {
    if (!session.isLive(report.id()) && !session.objects().isReferenced(object.location())) {
      store.key(object.location()).ifPresent(store::delete);
    }
    return new ArchiveFailure(
        ArchiveError.REPORT_CHANGED,
        "the row was changed, deleted or held while its file was uploaded: " + report.file(),
        "The next run looks at it again.");
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
