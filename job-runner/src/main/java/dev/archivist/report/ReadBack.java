package dev.archivist.report;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.report.StoredReport;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads a stored report to its end and compares it with what was sent. */
public final class ReadBack {
  private static final int BUFFER_BYTES = 128 * 1024;

  private ReadBack() {}

  /** Takes the content piece by piece; a failure of its own must not be an IOException. */
  @FunctionalInterface
  public interface Sink {
    void add(ByteBuffer bytes);
  }

  /**
   * Decompresses the stored bytes and compares length and SHA-256 of the content. Closes the
   * stream. Failures that the store's stream throws by itself pass unchanged.
   *
   * @param contentSha256 lower-case hexadecimal SHA-256 of the report itself
   * @throws ArchiveFailure {@code OBJECT_CORRUPT} if they differ, or are cut off, or are no such
   *     format
   */
  public static void verify(
      InputStream storedObject, Codec codec, String contentSha256, long contentBytes) {
    copy(storedObject, codec, contentSha256, contentBytes, bytes -> {});
  }

  /** As {@link #verify}; the sink gets the content, of which it must keep nothing on a failure. */
  public static void copy(
      InputStream storedObject, Codec codec, String contentSha256, long contentBytes, Sink sink) {
    Counted content = new Counted();
    try (storedObject;
        InputStream in = codec.decompress(storedObject)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      int read = 0;
      while (read >= 0 && content.bytes() <= contentBytes) {
        content.add(buffer, 0, read);
        sink.add(ByteBuffer.wrap(buffer, 0, read));
        read = in.read(buffer);
      }
    } catch (IOException e) {
      throw corrupt("its bytes cannot be decompressed", e);
    }
    if (content.bytes() != contentBytes) {
      throw corrupt(
          "it is %s than what was sent".formatted(lengthens(content, contentBytes)), null);
    }
    if (!content.sha256().equals(contentSha256)) {
      throw corrupt("its content has another SHA-256", null);
    }
  }

  /**
   * Reads an archived report's object to its end and compares it and its content with what was
   * recorded of them. Closes the stream.
   *
   * @return what differs; empty if nothing does
   */
  public static Optional<String> difference(
      InputStream storedObject, Codec codec, StoredReport recorded) {
    Counted object = new Counted();
    try {
      verify(
          object.reading(storedObject), codec, recorded.contentSha256(), recorded.contentBytes());
    } catch (ArchiveFailure failure) {
      if (failure.error() != ArchiveError.OBJECT_CORRUPT) {
        throw failure;
      }
      return Optional.of(failure.getMessage());
    }
    return object.bytes() == recorded.objectBytes()
            && object.sha256().equals(recorded.objectSha256())
        ? Optional.empty()
        : Optional.of("its content is right, but its compressed bytes differ");
  }

  /**
   * Reads a stored report to its end, of which nothing was recorded. Closes the stream.
   *
   * @param location where it is
   * @param maxBytes of the content, as of a file that is archived
   * @return what would have been recorded of it
   * @throws ArchiveFailure {@code OBJECT_CORRUPT} if it cannot be decompressed, {@code
   *     REPORT_OVERSIZED} if its content is longer
   */
  public static StoredReport describe(
      String location, InputStream storedObject, Codec codec, long maxBytes) {
    Counted object = new Counted();
    Counted content = new Counted();
    try (InputStream stored = object.reading(storedObject);
        InputStream in = content.reading(codec.decompress(stored))) {
      byte[] buffer = new byte[BUFFER_BYTES];
      int read = 0;
      while (read >= 0 && content.bytes() <= maxBytes) {
        read = in.read(buffer);
      }
      if (content.bytes() > maxBytes) {
        throw new ArchiveFailure(
            ArchiveError.REPORT_OVERSIZED,
            "the object's content has more than %d bytes: %s".formatted(maxBytes, location),
            "Raise the limit if files of this size are meant to be archived.");
      }
      stored.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw corrupt("its bytes cannot be decompressed", e);
    }
    return new StoredReport(
        location, content.bytes(), content.sha256(), object.bytes(), object.sha256(), null);
  }

  private static String lengthens(Counted content, long contentBytes) {
    return content.bytes() > contentBytes ? "longer" : "shorter";
  }

  private static ArchiveFailure corrupt(String why, IOException cause) {
    return new ArchiveFailure(
        ArchiveError.OBJECT_CORRUPT,
        "the stored report is not what was sent: " + why,
        "Rows and files stay as they were; look at the object, and at earlier versions if the store"
            + " keeps them.",
        cause);
  }
}
