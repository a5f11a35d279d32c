package dev.archivist.store;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The local file that a put reads, and its SHA-256. */
public final class LocalContent {
  private static final int BUFFER_BYTES = 128 * 1024;

  private LocalContent() {}

  /** The file's size in bytes. {@code OBJECT_MISSING} where it cannot be read. */
  public static long size(Path content) {
    try {
      return Files.size(content);
    } catch (IOException e) {
      throw unreadable(content, e);
    }
  }

  /** Opens the file. {@code OBJECT_MISSING} where it cannot be read. */
  public static InputStream open(Path content) {
    try {
      return Files.newInputStream(content);
    } catch (IOException e) {
      throw unreadable(content, e);
    }
  }

  /** A new SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Reads the stream to its end and closes it. */
  public static String sha256Of(InputStream stream) throws IOException {
    try (stream) {
      MessageDigest digest = sha256();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  /** Refuses, before anything is visible, a file that is not what the caller says it is. */
  public static void requireSha256(String uri, String expected, MessageDigest read) {
    if (!HexFormat.of().formatHex(read.digest()).equals(expected)) {
      throw new ArchiveFailure(
          ArchiveError.OBJECT_CORRUPT,
          "the file for %s does not have the SHA-256 it should have".formatted(uri),
          "The local copy was damaged or changed; nothing was stored, and the next run tries again.");
    }
  }

  private static ArchiveFailure unreadable(Path content, IOException cause) {
    return new ArchiveFailure(
        ArchiveError.OBJECT_MISSING,
        "the file to store cannot be read: %s".formatted(content),
        "It must stay where it is until it is stored.",
        cause);
  }
}
