package dev.archivist.run;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.file.HeldDirectory;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.DurableFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Deletes the local files of archived reports. A runner may be stopped at any step for as long as
 * its session is lost, the report restored and its file put back. So a file is not deleted by its
 * name:
 *
 * <ol>
 *   <li><i>compare</i>: it is what was archived, and no live report reaches it;
 *   <li><i>rename</i> it to a name in its directory that nobody else uses: what comes to its place
 *       from now on is safe;
 *   <li><i>check</i> that it is the file that was compared, and, in the session that holds the
 *       policy, that its report still is archived and no live report names its place; else it is
 *       <i>put back</i>, if its place is free;
 *   <li><i>delete</i> it by that name. Another copy is in the store, or where a restore put it.
 * </ol>
 *
 * What a crash leaves under such a name is deleted by the policy's next run, or put back if the
 * same report is live again; another report that has the same path by then does not get it. If a
 * restore has put a copy to the place meanwhile, what was left goes when that copy does.
 */
final class FileDeletion {
  private final LiveAndArchived rows;
  private final ReportRoot root;
  private final Path lockFile;
  private final Consumer<String> notes;
  private final LiveFiles live;

  /** Of each directory, whether something was left there when it was first looked at. */
  private final Map<Path, Boolean> left = new HashMap<>();

  /**
   * @param lockFile where file systems without hard links agree on who is next
   * @param notes hears of files that are kept although their report is archived
   */
  FileDeletion(LiveAndArchived rows, ReportRoot root, Path lockFile, Consumer<String> notes) {
    this.rows = rows;
    this.root = root;
    this.lockFile = lockFile;
    this.notes = notes;
    this.live = new LiveFiles(rows, root, notes);
  }

  /** Looks which files live reports reach by symbolic links: their names say nothing of that. */
  void lookAtLinks() {
    live.look((policy, report) -> {});
  }

  /** The same, and puts back the files of live reports that a crash left renamed. */
  void lookAtLinksAndPutBack() {
    live.look(this::putBackIfMissing);
  }

  /**
   * Deletes the file of an archived report. Where nobody can tell what live reports need, all files
   * stay for the next run.
   *
   * @param filePath as its row has it
   * @param object what was archived of it
   */
  void delete(UUID report, String filePath, StoredReport object) {
    if (live.isBlind()) {
      return;
    }
    try {
      Optional<ReportFile> file = resolve(filePath);
      if (file.isPresent()) {
        delete(report, filePath, file.get(), object);
      } else {
        deleteRenamed(report, filePath, object);
      }
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())
          || failure.error() == ArchiveError.DATABASE_BUSY) {
        throw failure;
      }
      notes.accept(report + ": local file kept: " + failure.getMessage());
    }
  }

  private Optional<ReportFile> resolve(String filePath) {
    try {
      return Optional.of(root.resolve(filePath));
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.REPORT_MISSING) {
        throw failure;
      }
      return Optional.empty();
    }
  }

  private void delete(UUID report, String filePath, ReportFile file, StoredReport object) {
    if (!file.hasContent(object.contentSha256(), object.contentBytes())) {
      notes.accept(report + ": local file kept: it is not what was archived: " + filePath);
      return;
    }
    Optional<String> why = live.whyNeeded(file);
    if (why.isPresent()) {
      notes.accept(report + ": local file kept: " + why.get() + ": " + filePath);
      return;
    }
    Optional<ReportFile> renamed =
        file.rename(aside(file.root(), file.path(), report).name(UUID.randomUUID()));
    Optional<String> missed =
        renamed.flatMap(aside -> putBackIfMissed(report, file, aside, object));
    if (missed.isPresent()) {
      notes.accept(report + ": local file kept: " + missed.get() + ": " + filePath);
      return;
    }
    renamed.ifPresent(ReportFile::delete);
    if (left.computeIfAbsent(
        file.path().getParent(), each -> AsideFiles.areIn(file.root(), each))) {
      deleteRenamed(report, filePath, object);
    } else {
      rows.deletedLocally(report);
    }
  }

  /** Why it is needed; if it is, or if nobody can tell, the file is back in its place. */
  private Optional<String> putBackIfMissed(
      UUID report, ReportFile file, ReportFile renamed, StoredReport object) {
    boolean mayGo = false;
    try {
      Optional<String> why =
          renamed.isSame(file) && rows.isArchivedAt(report, object.location())
              ? live.whyMissed(file.path(), renamed)
              : Optional.of("it is needed again");
      mayGo = why.isEmpty();
      return why;
    } finally {
      if (!mayGo) {
        putBack(renamed, file.path(), object);
      }
    }
  }

  private Optional<Path> placeOf(String filePath) {
    try {
      return Optional.of(root.place(filePath));
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      return Optional.empty();
    }
  }

  /** Where another file came to the place, both stay; where a restore put its copy, that one. */
  private void putBack(ReportFile renamed, Path place, StoredReport object) {
    if (isPutBack(renamed, place)) {
      return;
    }
    if (isCopy(renamed.root(), place, object) && isCopy(renamed.root(), renamed.path(), object)) {
      renamed.delete();
    } else {
      notes.accept(
          "another file came to the place of %s, which is now %s".formatted(place, renamed.path()));
    }
  }

  private boolean isPutBack(ReportFile renamed, Path place) {
    Path aside = renamed.path().getFileName();
    try (HeldDirectory directory = renamed.directory()) {
      DurableFiles.publish(directory, aside, directory, place.getFileName(), lockFile);
      directory.deleteIfExists(aside);
      directory.sync(HeldDirectory.ITSELF);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (NoSuchFileException e) {
      return true; // by somebody else
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.REPORT_UNREADABLE,
          "the report's file cannot be put back to its place: " + renamed.path(),
          "The next run tries again; or rename it to " + place.getFileName() + ".",
          e);
    }
  }

  private static boolean isCopy(Path root, Path file, StoredReport object) {
    try {
      return ReportFile.at(root, file).hasContent(object.contentSha256(), object.contentBytes());
    } catch (IOException e) {
      return false;
    }
  }

  private void putBackIfMissing(String policy, ReportRows.Live report) {
    try {
      Optional<Path> place = placeOf(report.file());
      if (place.isPresent() && Files.notExists(place.get(), LinkOption.NOFOLLOW_LINKS)) {
        putBackIfLeft(report, new AsideFiles(root.realRoot(), place.get(), policy, report.id()));
      }
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      notes.accept(report.id() + ": its file may have another name: " + failure.getMessage());
    }
  }

  /** Its own file only: that of another report which had the same path is not what it misses. */
  private void putBackIfLeft(ReportRows.Live report, AsideFiles aside) {
    List<ReportFile> own = aside.own();
    if (own.size() == 1) {
      isPutBack(own.get(0), aside.place());
      return;
    }
    List<ReportFile> all = aside.all();
    if (!all.isEmpty()) {
      notes.accept(
          "%s: its file is missing, and may be any of %s"
              .formatted(report.id(), all.stream().map(ReportFile::path).toList()));
    }
  }

  /**
   * What was archived of it is in the store; whatever else has that name stays. While a live report
   * names the place and nothing is there, nobody but the user can tell whose file it is.
   */
  private void deleteRenamed(UUID report, String filePath, StoredReport object) {
    Optional<Path> place = placeOf(filePath);
    List<ReportFile> files =
        place.map(there -> aside(root.realRoot(), there, report).own()).orElseGet(List::of);
    for (ReportFile left : files) {
      Optional<String> why = live.whyMissed(place.orElseThrow(), left);
      if (why.isPresent()) {
        notes.accept(report + ": local file kept: " + why.get() + ": " + left.path());
        return;
      }
      if (left.hasContent(object.contentSha256(), object.contentBytes())) {
        left.delete();
      } else {
        notes.accept(report + ": local file kept: it is not what was archived: " + left.path());
      }
    }
    rows.deletedLocally(report);
  }

  private AsideFiles aside(Path realRoot, Path place, UUID report) {
    return new AsideFiles(realRoot, place, rows.policy(), report);
  }
}
