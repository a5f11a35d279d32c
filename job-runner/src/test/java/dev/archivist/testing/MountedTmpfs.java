package dev.archivist.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small disk of its own, where this user may mount one; elsewhere the test is skipped. */
public record MountedTmpfs(Path path) implements AutoCloseable {

  public static MountedTmpfs mount(Path path, String options) throws IOException {
    Files.createDirectories(path);
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString()),
        "needs the right to mount a tmpfs (root on Linux)");
    return new MountedTmpfs(path);
  }

  @Override
  public void close() throws IOException {
    run("umount", path.toString());
  }

  private static boolean run(String... command) throws IOException {
    try {
      return new ProcessBuilder(List.of(command)).redirectErrorStream(true).start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      return false; // no such command on this system
    }
  }
}
