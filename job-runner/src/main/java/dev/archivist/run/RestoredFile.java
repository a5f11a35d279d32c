package dev.archivist.run;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.ArchivedReport;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.report.Codec;
import dev.archivist.report.ReadBack;
import dev.archivist.report.ReportFile;
import dev.archivist.store.DurableFiles;
import dev.archivist.store.FileRights;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A report's file on its way back: written beside its place under another name, compared, made
 * durable, and only then given its own name, if that is free.
 */
final class RestoredFile {
  private final Path place;
  private final ArchivedReport report;
  private final Path lockFile;

  /**
   * @param lockFile where file systems without hard links agree on who is next
   */
  RestoredFile(Path place, ArchivedReport report, Path lockFile) {
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
   *     written there, {@code STORE_FULL} if the disk is full
   */
  void put(InputStream storedObject, Codec codec, Optional<FileRights> rights) {
    // The same name each time: what a crash left is written anew.
    Path temporary = place.resolveSibling(".archivist-restore-" + report.id() + ".tmp");
    try {
      DurableFiles.createDirectories(place.getParent());
      Files.deleteIfExists(temporary);
      try {
        write(temporary, storedObject, codec);
        if (rights.isPresent()) {
          rights.get().applyTo(temporary);
        }
        publish(temporary);
      } finally {
        Files.deleteIfExists(temporary);
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
    try {
      if (!isThere()) {
        return false;
      }
      DurableFiles.sync(place);
      DurableFiles.sync(place.getParent());
      return true;
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
    try {
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS) && !isThere()) {
        throw conflict(null);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void write(Path temporary, InputStream storedObject, Codec codec) throws IOException {
    StoredReport object = report.object();
    try (FileChannel file =
        FileChannel.open(
            temporary,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            DurableFiles.ownersAlone(temporary))) {
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

  private void publish(Path temporary) throws IOException {
    try {
      DurableFiles.publish(temporary, place, lockFile);
    } catch (FileAlreadyExistsException e) {
      if (!isThere()) {
        throw conflict(e);
      }
      DurableFiles.sync(place);
    }
    DurableFiles.sync(place.getParent());
  }

  private boolean isThere() throws IOException {
    StoredReport object = report.object();
    return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
        && ReportFile.at(place).hasContent(object.contentSha256(), object.contentBytes());
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
