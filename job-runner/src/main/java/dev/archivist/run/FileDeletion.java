package dev.archivist.run;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.ReportRows;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * What a crash leaves under such a name is deleted or put back by the policy's next run.
 */
final class FileDeletion {
  private static final String RENAMED = ".archivist-delete-";

  private final LiveAndArchived rows;
  private final ReportRoot root;
  private final Path lockFile;
  private final Consumer<String> notes;
  private final LiveFiles live;

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
    live.look(report -> {});
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
        rows.deletedLocally(report);
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
    Path name = nameAside(file.path(), UUID.randomUUID());
    Optional<ReportFile> renamed = file.rename(name);
    Optional<String> missed =
        renamed.flatMap(aside -> putBackIfMissed(report, file, aside, object));
    if (missed.isPresent()) {
      notes.accept(report + ": local file kept: " + missed.get() + ": " + filePath);
      return;
    }
    renamed.ifPresent(ReportFile::delete);
    rows.deletedLocally(report);
  }

  /** Why it is needed; if it is, or if nobody can tell, the file is back in its place. */
  private Optional<String> putBackIfMissed(
      UUID report, ReportFile file, ReportFile renamed, StoredReport object) {
    boolean mayGo = false;
    try {
      Optional<String> why =
          renamed.isSame(file) && rows.isArchivedAt(report, object.location())
              ? live.whyMissed(file.path(), renamed.path())
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
    if (isCopy(place, object) && isCopy(renamed.path(), object)) {
      renamed.delete();
    } else {
      notes.accept(
          "another file came to the place of %s, which is now %s".formatted(place, renamed.path()));
    }
  }

  private boolean isPutBack(ReportFile renamed, Path place) {
    try {
      DurableFiles.publish(renamed.path(), place, lockFile);
      Files.deleteIfExists(renamed.path());
      DurableFiles.sync(place.getParent());
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

  private static boolean isCopy(Path file, StoredReport object) {
    try {
      return ReportFile.at(file).hasContent(object.contentSha256(), object.contentBytes());
    } catch (IOException e) {
      return false;
    }
  }

  private void putBackIfMissing(ReportRows.Live report) {
    try {
      Optional<Path> place = placeOf(report.file());
      if (place.isPresent() && Files.notExists(place.get(), LinkOption.NOFOLLOW_LINKS)) {
        putBackIfLeft(report, place.get());
      }
    } catch (ArchiveFailure failure) {
      if (!FailedReports.isAboutOneReport(failure.error())) {
        throw failure;
      }
      notes.accept(report.id() + ": its file may have another name: " + failure.getMessage());
    }
  }

  private void putBackIfLeft(ReportRows.Live report, Path place) {
    List<ReportFile> left = renamed(place);
    if (left.size() == 1) {
      isPutBack(left.get(0), place);
    } else if (!left.isEmpty()) {
      notes.accept(
          "%s: its file is missing, and may be any of %s"
              .formatted(report.id(), left.stream().map(ReportFile::path).toList()));
    }
  }

  /**
   * What was archived of it is in the store; whatever else has that name stays, and what another
   * report needs goes back.
   */
  private void deleteRenamed(UUID report, String filePath, StoredReport object) {
    Optional<Path> place = placeOf(filePath);
    if (place.isEmpty()) {
      return;
    }
    for (ReportFile left : renamed(place.get())) {
      if (live.whyMissed(place.get(), left.path()).isPresent()) {
        putBack(left, place.get(), object);
      } else if (left.hasContent(object.contentSha256(), object.contentBytes())) {
        left.delete();
      } else {
        notes.accept(report + ": local file kept: it is not what was archived: " + left.path());
      }
    }
  }

  /**
   * The name that a file of this place has on its way out; by the name that it had, so that whoever
   * misses it finds it, and by the attempt, so that nobody deletes another's.
   */
  static Path nameAside(Path place, UUID attempt) {
    return place.resolveSibling(RENAMED + digest(place) + "-" + attempt + ".tmp");
  }

  /** Not the name itself, which may be as long as a name can be. */
  private static String digest(Path place) {
    byte[] name = place.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(name).toString();
  }

  private static List<ReportFile> renamed(Path place) {
    List<ReportFile> files = new ArrayList<>();
    if (!Files.isDirectory(place.getParent())) {
      return files;
    }
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(place.getParent(), RENAMED + digest(place) + "-*.tmp")) {
      for (Path file : found) {
        files.add(ReportFile.at(file));
      }
    } catch (NoSuchFileException e) {
      // deleted or put back by another
    } catch (IOException e) {
      throw new ArchiveFailure(
          ArchiveError.REPORT_UNREADABLE,
          "the directory of the report's file cannot be read: " + place.getParent(),
          "Give the user that runs archivist the right to read it.",
          e);
    }
    return files;
  }
}
