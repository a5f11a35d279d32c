package dev.archivist.run;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.file.HeldDirectory;
import dev.archivist.report.Codec;
import dev.archivist.report.ReadBack;
import dev.archivist.report.ReportFile;
import dev.archivist.report.ReportRoot;
import dev.archivist.store.DurableFiles;
import dev.archivist.store.FileRights;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A report's file on its way back: written beside its place in a directory of its own, compared,
 * made durable, and only then given its own name, if that is free.
 */
final class RestoredFile {
  private static final Path CONTENT = Path.of("content");

  private final Path root;
  private final Path place;
  private final ArchivedReport report;
  private final Path lockFile;

  /**
   * @param root the directory of all reports, as {@link ReportRoot#realRoot} has it
   * @param place below the root, as {@link ReportRoot#place} has it
   * @param lockFile where file systems without hard links agree on who is next
   */
  RestoredFile(Path root, Path place, ArchivedReport report, Path lockFile) {
    this.root = root;
    this.place = place;
    this.report = report;
    this.lockFile = lockFile;
  }

  /**
   * Puts the file in its place; that it is there already, with this content, is a success.
   *
   * @param rights those of the file that was archived; where they are not known, only this user may
   *     read what comes back
   * @throws ArchiveFailure {@code OBJECT_CORRUPT} if the object is not what was archived, {@code
   *     RESTORE_CONFLICT} if another file is there, {@code REPORT_UNREADABLE} if nothing can be
   *     written there, or if another thing takes the place of its directory meanwhile, {@code
   *     STORE_FULL} if the disk is full
   */
  void put(InputStream storedObject, Codec codec, Optional<FileRights> rights) {
    try (HeldDirectory directory = DurableFiles.createDirectories(root, place.getParent())) {
      removeLeftovers(directory);
      // Who may write in the directory could put another file in the place of one that is written
      // there, and it would get the rights of this one.
      Path name = Path.of(leftover() + UUID.randomUUID());
      try (HeldDirectory own = directory.makePrivate(name)) {
        write(own, storedObject, codec);
        if (rights.isPresent()) {
          rights.get().applyTo(own.rights(CONTENT));
        }
        publish(own, directory);
      } finally {
        removeLeftovers(directory);
      }
    } catch (IOException e) {
      throw unwritable(e);
    } catch (UncheckedIOException e) {
      throw unwritable(e.getCause());
    }
  }

  /**
   * Whether the file is in its place already, with the content that was archived; if so, it is
   * durable.
   *
   * @throws ArchiveFailure {@code REPORT_UNREADABLE} if what is there cannot be read
   */
  boolean isInPlace() {
    try (HeldDirectory directory = HeldDirectory.open(root, place.getParent())) {
      if (!isThere(directory)) {
        return false;
      }
      directory.sync(place.getFileName());
      directory.sync(HeldDirectory.ITSELF);
      directory.requireInPlace(root);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Whether the file could be put in its place now; changes nothing.
   *
   * @throws ArchiveFailure {@code RESTORE_CONFLICT} if another file is there, {@code
   *     REPORT_UNREADABLE} if what is there cannot be read
   */
  void requirePlace() {
    try (HeldDirectory directory = HeldDirectory.open(root, place.getParent())) {
      if (directory.contains(place.getFileName()) && !isThere(directory)) {
        throw conflict(null);
      }
    } catch (NoSuchFileException e) {
      // nothing is there, nor its directory
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** What the names of this report's temporary directories begin with. */
  private String leftover() {
    return ".archivist-restore-" + report.id() + "-";
  }

  /** Of this restore, or of one that was killed; what cannot be removed stays until the next. */
  private void removeLeftovers(HeldDirectory directory) throws IOException {
    for (Path name : directory.names(leftover())) {
      try (HeldDirectory own = directory.directory(name)) {
        own.deleteIfExists(CONTENT);
        directory.deleteDirectoryIfExists(name);
      } catch (FileSystemException | ArchiveFailure e) {
        // somebody else's, or gone
      }
    }
  }

  private void write(HeldDirectory own, InputStream storedObject, Codec codec) throws IOException {
    StoredReport object = report.object();
    try (FileChannel file = own.create(CONTENT, DurableFiles.ownersAlone(own.path()))) {
      ReadBack.copy(
          storedObject,
          codec,
          object.contentSha256(),
          object.contentBytes(),
          bytes -> append(file, bytes));
      file.force(true);
    }
  }

  /** Not an IOException: that would look like one of the object's. */
  private static void append(FileChannel file, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void publish(HeldDirectory own, HeldDirectory directory) throws IOException {
    ReportFile finished = ReportFile.in(own, root, CONTENT);
    try {
      DurableFiles.publish(own, CONTENT, directory, place.getFileName(), lockFile);
    } catch (FileAlreadyExistsException e) {
      if (!isThere(directory)) {
        throw conflict(e);
      }
      directory.sync(place.getFileName());
    }
    directory.sync(HeldDirectory.ITSELF);
    requireInPlace(directory, finished);
  }

  /** Where the directory has another place by now, nobody would look for the file there. */
  private void requireInPlace(HeldDirectory directory, ReportFile finished) throws IOException {
    boolean inPlace = false;
    try {
      directory.requireInPlace(root);
      inPlace = true;
    } finally {
      Path name = place.getFileName();
      if (!inPlace
          && directory.contains(name)
          && ReportFile.in(directory, root, name).isSame(finished)) {
        directory.deleteIfExists(name);
      }
    }
  }

  private boolean isThere(HeldDirectory directory) throws IOException {
    StoredReport object = report.object();
    return directory.contains(place.getFileName())
        && directory.look(place.getFileName()).isRegularFile()
        && ReportFile.in(directory, root, place.getFileName())
            .hasContent(object.contentSha256(), object.contentBytes());
  }

  private ArchiveFailure conflict(Exception cause) {
    return new ArchiveFailure(
        ArchiveError.RESTORE_CONFLICT,
        "another file is where the report was: " + place,
        "Nothing was overwritten; move that file away and restore again.",
        cause);
  }

  private ArchiveFailure unwritable(IOException cause) {
    String reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    boolean full = reason.contains("no space left") || reason.contains("quota exceeded");
    return new ArchiveFailure(
        full ? ArchiveError.STORE_FULL : ArchiveError.REPORT_UNREADABLE,
        (full ? "the disk of the reports is full: " : "the report's file cannot be written: ")
            + place,
        "Give the runner's user room below REPORTS_LOCAL_DIR and the right to write there.",
        cause);
  }
}
