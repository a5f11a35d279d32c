package dev.archivist.store;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** What a file system's errors mean for a store. */
final class DirectoryFailure {
  private DirectoryFailure() {}

  /** Work on files that answers with a value. */
  @FunctionalInterface
  interface FileWork<T> {
    T run() throws IOException;
  }

  static <T> T translating(String doing, FileWork<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw translate(doing, e);
    }
  }

  static ArchiveFailure translate(String doing, IOException e) {
    String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (e instanceof ClosedByInterruptException) {
      return failure(
          ArchiveError.INTERRUPTED, doing, "the program was told to stop", "Run it again.", e);
    }
    if (reason.contains("no space left on device") || reason.contains("disk quota exceeded")) {
      return failure(
          ArchiveError.STORE_FULL,
          doing,
          "the disk is full",
          "Make room, or point ARCHIVE_STORE_URI to a larger disk; the next run continues.",
          e);
    }
    if (e instanceof AccessDeniedException
        || reason.contains("read-only file system")
        || reason.contains("operation not permitted")) {
      return failure(
          ArchiveError.STORE_DENIED,
          doing,
          "the file system does not allow it",
          "Give the user that runs archivist the right to read and write the directory.",
          e);
    }
    if (e instanceof NoSuchFileException
        || e instanceof NotDirectoryException
        || e instanceof FileAlreadyExistsException
        || reason.contains("not a directory")) {
      return failure(
          ArchiveError.STORE_MISSING,
          doing,
          "a directory is missing or is a file",
          "Create or mount it, or point ARCHIVE_STORE_URI to another one.",
          e);
    }
    return failure(
        ArchiveError.STORE_UNREACHABLE,
        doing,
        "the file system fails",
        "Look at the disk or the mount behind the directory.",
        e);
  }

  private static ArchiveFailure failure(
      ArchiveError error, String doing, String why, String hint, IOException cause) {
    return new ArchiveFailure(error, doing + ": " + why, hint, cause);
  }

  /** An object's bytes; an error below it is the store's, not the content's. */
  static final class TranslatingStream extends FilterInputStream {
    private final String uri;

    TranslatingStream(InputStream in, String uri) {
      super(in);
      this.uri = uri;
    }

    @Override
    public int read() {
      return translating("cannot read " + uri, () -> super.read());
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return translating("cannot read " + uri, () -> super.read(buffer, offset, length));
    }
  }
}
