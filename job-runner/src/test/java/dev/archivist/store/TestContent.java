package dev.archivist.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;

/** A file to be stored, and what it is. */
public record TestContent(Path file, String sha256, long bytes) {

  public static TestContent of(Path directory, String text) {
    try {
      return of(Files.writeString(directory.resolve(UUID.randomUUID().toString()), text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that look random and do not compress; the same seed gives the same. */
  public static TestContent random(Path directory, long bytes, long seed) {
    Path file = directory.resolve(UUID.randomUUID().toString());
    Random random = new Random(seed);
    byte[] block = new byte[64 * 1024];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (long left = bytes; left > 0; left -= block.length) {
        random.nextBytes(block);
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return of(file);
  }

  private static TestContent of(Path file) {
    try {
      return new TestContent(
          file, LocalContent.sha256Of(Files.newInputStream(file)), Files.size(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
