package dev.archivist.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held while a server is being started or stopped, so that of two programs that start at the same
 * moment one launches the server and the other finds it running. The operating system releases it
 * when its holder dies.
 */
final class HomeLock implements AutoCloseable {
  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  static HomeLock acquire(Path file, Deadline deadline) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
      FileChannel opened = channel;
      if (deadline.await(() -> tryLock(opened))) {
        return new HomeLock(channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot open the lock file " + file + ": " + e.getMessage(),
          "Make the directory writable, or choose another one with ARCHIVIST_HOME.",
          e);
    }
    throw new EmbeddedServerException(
        "another program has held " + file + " for too long",
        "Wait until it has started or stopped the embedded server, then try again.");
  }

  private static boolean tryLock(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // a thread of this very JVM has it
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot lock the home directory of the embedded server: " + e.getMessage(),
          "Choose a directory on a local file system with ARCHIVIST_HOME.",
          e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot release the lock of the embedded server: " + e.getMessage(),
          "End this program; the lock ends with it.",
          e);
    }
  }
}
