package dev.archivist.store.s3;

import dev.archivist.store.LocalContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A file cut into the parts of an upload; one pass over it gives the checksum of each. */
record FileParts(Path file, List<Part> parts) {
  private static final int BUFFER_BYTES = 128 * 1024;

  /**
   * @param offset where in the file, in bytes
   * @param sha256 base64, as S3 wants it
   */
  record Part(int number, long offset, long bytes, String sha256) {}

  /**
   * Reads the file once.
   *
   * @param whole takes in every byte
   */
  static FileParts of(Path file, long bytes, long partBytes, MessageDigest whole) {
    List<Part> parts = new ArrayList<>();
    try (InputStream in = LocalContent.open(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long offset = 0;
      do {
        long length = Math.min(partBytes, bytes - offset);
        String sha256 = digest(in, length, buffer, whole);
        parts.add(new Part(parts.size() + 1, offset, length, sha256));
        offset += length;
      } while (offset < bytes);
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        whole.update(buffer, 0, read); // the file grew; its SHA-256 will not be the promised one
      }
    } catch (EOFException e) {
      // it shrank; likewise
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new FileParts(file, List.copyOf(parts));
  }

  private static String digest(InputStream in, long length, byte[] buffer, MessageDigest whole)
      throws IOException {
    MessageDigest part = LocalContent.sha256();
    long left = length;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("the file is shorter than it was");
      }
      part.update(buffer, 0, read);
      whole.update(buffer, 0, read);
      left -= read;
    }
    return Base64.getEncoder().encodeToString(part.digest());
  }
}
