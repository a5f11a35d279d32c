package dev.archivist.embedded;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Held as long as any process of the server lives: {@code flock} locks the file and turns into the
 * server, which keeps it. PostgreSQL itself trusts process ids and shared memory, and a container
 * sees neither of another one; the lock of a file that both have is the kernel's.
 *
 * <p>Where there is no such program, as on macOS, nobody holds it.
 */
record ServerLock(Path file) {
  private static final String HELD = "75";

  /** As long as somebody may look whether it is held. */
  private static final String PATIENCE_SECONDS = "10";

  /** Whether a server lives, seen from here or not. */
  boolean isHeld() {
    return Files.exists(file)
        && exitCode("flock", "--no-fork", "--nonblock", "--conflict-exit-code", HELD) == 75;
  }

  /** The command, which holds the lock for its life, and so do the processes that it starts. */
  List<String> holding(List<String> command) {
    create();
    if (exitCode("flock", "--no-fork", "--wait", PATIENCE_SECONDS) != 0) {
      return command;
    }
    List<String> wrapped =
        new ArrayList<>(List.of("flock", "--no-fork", "--wait", PATIENCE_SECONDS, file.toString()));
    wrapped.addAll(command);
    return wrapped;
  }

  /** Whoever may open it could keep the server from starting. */
  private void create() {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      return; // from an earlier start
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot make the lock file " + file + ": " + e.getMessage(),
          "Make the directory writable, or choose another one with ARCHIVIST_HOME.",
          e);
    }
  }

  /** Of the lock command with nothing to do; none of its own if it is not there. */
  private int exitCode(String... lock) {
    List<String> command = new ArrayList<>(List.of(lock));
    command.addAll(List.of(file.toString(), "true"));
    File nowhere = new File("/dev/null");
    try {
      return new ProcessBuilder(command)
          .redirectInput(nowhere)
          .redirectErrorStream(true)
          .redirectOutput(Redirect.to(nowhere))
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException(
          "interrupted while looking for the embedded server", "Start again.", e);
    }
  }
}
