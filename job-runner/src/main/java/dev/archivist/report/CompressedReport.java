package dev.archivist.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A report compressed into a temporary file, which {@link #close} deletes.
 *
 * @param path the temporary file
 * @param codec how it is compressed
 * @param contentSha256 lower-case hexadecimal SHA-256 of the report itself
 * @param contentBytes the report's size
 * @param sha256 lower-case hexadecimal SHA-256 of the temporary file
 * @param bytes the temporary file's size
 */
public record CompressedReport(
    Path path, Codec codec, String contentSha256, long contentBytes, String sha256, long bytes)
    implements AutoCloseable {

  @Override
  public void close() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
