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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
  private Set<Path> linked = Set.of();

  private OffloadRun(
      Settings settings, RunSession session, FileColumns offload, ArchiveStore store) {
    this.session = session;
    this.offload = offload;
    this.codec = Codec.valueOf(offload.codec().toUpperCase(Locale.ROOT));
    this.root = new ReportRoot(settings.reportsRoot(), settings.maxReportBytes());
    this.temporary = settings.home().resolve("tmp");
    this.store = store;
  }

  /** Opens the configured store, which must be this database's. */
  static OffloadRun open(
      Settings settings,
      RunSession session,
      FileColumns offload,
      Function<Settings, ArchiveStore> stores) {
    ArchiveStore store = StoreOwner.open(settings, session.session(), stores);
    OffloadRun run = new OffloadRun(settings, session, offload, store);
    Compressor.removeLeftovers(run.temporary);
    return run;
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
    linked = retry.retrying(this::linkedFiles);
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
      linked = retry.retrying(this::linkedFiles);
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
    totals.add(
        session.commitReport(report, object).orElseThrow(() -> changed(report, key, object)));
    deleteLocal(report.id(), report.file(), object, notes);
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
      putOrReplaceOrphan(key, compressed);
      readBack(key, compressed);
      return new StoredReport(
          store.uri(key),
          compressed.contentBytes(),
          compressed.contentSha256(),
          compressed.bytes(),
          compressed.sha256());
    }
  }

  /**
   * An object with other content that no archived report refers to was left by a run that crashed
   * before its commit, and whose file has changed since.
   */
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

  private void putOrReplaceOrphan(String key, CompressedReport compressed) {
    try {
      store.put(key, compressed.path(), compressed.sha256());
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.OBJECT_CONFLICT
          || session.objects().isReferenced(store.uri(key))) {
        throw failure;
      }
      store.delete(key);
      store.put(key, compressed.path(), compressed.sha256());
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
  private ArchiveFailure changed(Report report, String key, StoredReport object) {
    if (!session.isLive(report.id()) && !session.objects().isReferenced(object.location())) {
      store.delete(key);
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
            () -> deleteLocal(leftover.id(), leftover.file(), leftover.object(), notes));
  }

  /** Deletes the file if it is what was archived and no live report needs it. */
  private void deleteLocal(
      UUID report, String filePath, StoredReport object, Consumer<String> notes) {
    ReportFile file;
    try {
      file = root.resolve(filePath);
    } catch (ArchiveFailure failure) {
      if (failure.error() == ArchiveError.REPORT_MISSING) {
        session.deletedLocally(report);
      } else {
        notes.accept(report + ": local file kept: " + failure.getMessage());
      }
      return;
    }
    try {
      deleteLocal(report, filePath, file, object, notes);
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.REPORT_UNREADABLE) {
        throw failure;
      }
      notes.accept(report + ": local file kept: " + failure.getMessage());
    }
  }

  private void deleteLocal(
      UUID report, String filePath, ReportFile file, StoredReport object, Consumer<String> notes) {
    if (isNeededByLiveReport(file)) {
      notes.accept(report + ": local file kept: a live report refers to it: " + filePath);
    } else if (!file.hasContent(object.contentSha256(), object.contentBytes())) {
      notes.accept(report + ": local file kept: it is not what was archived: " + filePath);
    } else {
      file.delete();
      session.deletedLocally(report);
    }
  }

  private boolean isNeededByLiveReport(ReportFile file) {
    String name = file.path().getFileName().toString();
    return linked.contains(file.path())
        || session.liveFilesNamed(name).stream()
            .anyMatch(other -> root.realPath(other).filter(file::isAt).isPresent());
  }

  /** Files that live reports reach by symbolic links, whose names say nothing of the files'. */
  private Set<Path> linkedFiles() {
    Set<Path> files = new HashSet<>();
    List<ReportRows.Live> page = session.live(ReportRows.Position.START.key());
    while (!page.isEmpty()) {
      page.stream()
          .map(ReportRows.Live::file)
          .filter(path -> path != null && root.isLink(path))
          .flatMap(path -> root.realPath(path).stream())
          .forEach(files::add);
      page = session.live(page.get(page.size() - 1).id());
    }
    return files;
  }

  @Override
  public void close() {
    store.close();
  }
}
