package dev.archivist.demo;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The directory that reports are put in. A file appears there whole or not at all, and none that
 * holds other content is ever replaced.
 */
public final class ReportFiles {
  private final Path root;

  /**
   * @param root the directory, which is made if it is missing
   */
  public ReportFiles(Path root) {
    this.root = root;
  }

  /** Puts the content at the relative path. */
  long put(String relative, byte[] content) {
    try (InputStream in = new ByteArrayInputStream(content)) {
      return put(relative, in);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Puts what the stream holds at the relative path.
   *
   * @return the file's size in bytes
   * @throws IOException if the stream cannot be read or the file not be written
   */
  public long put(String relative, InputStream content) throws IOException {
    Path target = root.resolve(relative);
    Files.createDirectories(target.getParent());
    Path part =
        target.resolveSibling(".demo-" + Integer.toHexString(relative.hashCode()) + ".part");
    try {
      long size = Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
      if (!Files.exists(target)) {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      } else if (Files.mismatch(part, target) >= 0) {
        throw new ArchiveFailure(
            ArchiveError.REPORT_CHANGED,
            "the reports directory already holds another file " + target,
            "Choose an empty directory for the demo's reports, or move that file away.");
      }
      return size;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** What to throw where the directory cannot be written to. */
  public ArchiveFailure unwritable(IOException cause) {
    return new ArchiveFailure(
        ArchiveError.CONFIGURATION_INVALID,
        "cannot write reports below " + root + ": " + cause,
        "Name a directory that this user may write to, with enough room.",
        cause);
  }
}
