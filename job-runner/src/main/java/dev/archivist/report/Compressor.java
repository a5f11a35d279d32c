package dev.archivist.report;

import static java.nio.file.StandardOpenOption.WRITE;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Compresses a report into a temporary file; memory does not grow with the report. */
public final class Compressor {
  private static final String PREFIX = "archivist-report-";
  private static final Duration LEFTOVER_AGE = Duration.ofDays(1);

  private Compressor() {}

  /**
   * Reads the file once, from start to end.
   *
   * @param tempDir where the temporary file goes; created if it is not there
   * @throws ArchiveFailure {@code REPORT_CHANGED} if the file is not, before or after, what it was
   *     when it was resolved; {@code REPORT_UNREADABLE}; {@code STORE_FULL} if the temporary
   *     directory has no room; {@code CONFIGURATION_INVALID} if it cannot be written to
   */
  public static CompressedReport compress(ReportFile file, Codec codec, Path tempDir) {
    if (!file.isUnchanged()) {
      throw changed(file);
    }
    Path target = createTemporary(tempDir, codec);
    boolean complete = false;
    try {
      CompressedReport compressed = compress(file, codec, tempDir, target);
      complete = true;
      return compressed;
    } finally {
      if (!complete) {
        deleteQuietly(target);
      }
    }
  }

  /**
   * Removes what killed runs left half-written. Files that were written to within a day may belong
   * to a run that is under way, and stay.
   */
  public static void removeLeftovers(Path tempDir) {
    if (!Files.isDirectory(tempDir)) {
      return;
    }
    Instant oldest = Instant.now().minus(LEFTOVER_AGE);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(tempDir, PREFIX + "*")) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException e) {
      // another run removed it
    } catch (IOException e) {
      throw temporaryFailure(tempDir, e);
    }
  }

  private static CompressedReport compress(
      ReportFile file, Codec codec, Path tempDir, Path target) {
    Counted content = new Counted();
    Counted written = new Counted();
    try (InputStream in = content.reading(new Source(file));
        OutputStream out = Files.newOutputStream(target, WRITE)) {
      codec.compress(in, written.writing(out));
    } catch (IOException e) {
      throw temporaryFailure(tempDir, e);
    }
    if (content.bytes() != file.bytes() || !file.isUnchanged()) {
      throw changed(file);
    }
    return new CompressedReport(
        target, codec, content.sha256(), content.bytes(), written.sha256(), written.bytes());
  }

  private static Path createTemporary(Path tempDir, Codec codec) {
    try {
      Files.createDirectories(tempDir);
      return Files.createTempFile(tempDir, PREFIX, codec.extension());
    } catch (IOException e) {
      throw temporaryFailure(tempDir, e);
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // the failure that is under way says more; a temporary file may stay
    }
  }

  private static ArchiveFailure changed(ReportFile file) {
    return new ArchiveFailure(
        ArchiveError.REPORT_CHANGED,
        "the report's file changed while it was being archived: " + file.path(),
        "Nothing was deleted; the next run takes the file as it is then.");
  }

  private static ArchiveFailure temporaryFailure(Path tempDir, IOException cause) {
    String reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    boolean full = reason.contains("no space left") || reason.contains("quota exceeded");
    return new ArchiveFailure(
        full ? ArchiveError.STORE_FULL : ArchiveError.CONFIGURATION_INVALID,
        full
            ? "the directory for temporary files is full: " + tempDir
            : "the directory for temporary files cannot be written to: " + tempDir,
        "Point ARCHIVIST_HOME to a disk with room for the largest compressed report.",
        cause);
  }

  /** The report's bytes; an error here is the report's and not the temporary file's. */
  private static final class Source extends FilterInputStream {
    private final ReportFile file;

    Source(ReportFile file) {
      super(open(file));
      this.file = file;
    }

    private static InputStream open(ReportFile file) {
      try {
        return file.open();
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      try {
        return super.read(buffer, offset, length);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    private static ArchiveFailure unreadable(ReportFile file, IOException cause) {
      return new ArchiveFailure(
          ArchiveError.REPORT_UNREADABLE,
          "the report's file cannot be read: " + file.path(),
          "Give the user that runs archivist the right to read it, and look at the disk.",
          cause);
    }
  }
}
