package dev.archivist.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A server that this JVM has started. */
final class ServerProcess {
  private final Process process;

  private ServerProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts the process from a thread that stays until the process ends: the death signal of {@link
   * ProcessIsolation} fires when the starting <em>thread</em> ends, not when its JVM does.
   */
  static ServerProcess start(ProcessBuilder builder) {
    CompletableFuture<Process> started = new CompletableFuture<>();
    Thread keeper = new Thread(() -> keep(builder, started), "embedded-postgresql");
    keeper.setDaemon(true);
    keeper.start();
    try {
      return new ServerProcess(started.join());
    } catch (CompletionException e) {
      throw new EmbeddedServerException(
          "cannot start postgresql: " + e.getCause().getMessage(),
          "Check that the file system of the named program permits execution.",
          e.getCause());
    }
  }

  static ProcessBuilder builder(List<String> command, Path home, ServerLog log) {
    return PostgresEnvironment.clean(new ProcessBuilder(command))
        .directory(home.toFile())
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.file().toFile()));
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Stops the server and waits until it has ended. */
  void stop() {
    ServerStop.stop(pid(), () -> !isAlive());
  }

  private static void keep(ProcessBuilder builder, CompletableFuture<Process> started) {
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      started.completeExceptionally(e);
      return;
    }
    started.complete(process);
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        // Ending now would end the server: only its own end, or the JVM's, ends this thread.
      }
    }
  }
}
