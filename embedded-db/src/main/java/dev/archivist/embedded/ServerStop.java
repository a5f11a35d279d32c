package dev.archivist.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How a server is stopped: politely, then less so. */
final class ServerStop {
  private static final Duration FAST = Duration.ofSeconds(60);
  private static final Duration IMMEDIATE = Duration.ofSeconds(10);

  private ServerStop() {}

  /**
   * Asks for a fast shutdown (SIGINT: sessions are ended, a checkpoint is written) and, where that
   * takes longer than a minute, an immediate one (SIGQUIT: the next start recovers).
   *
   * @throws EmbeddedServerException if the server runs on regardless, or may not be signalled
   */
  static void stop(long pid, BooleanSupplier ended) {
    if (ended.getAsBoolean()) {
      return; // the process id may be another program's by now
    }
    signal("INT", pid);
    if (Deadline.in(FAST).await(ended)) {
      return;
    }
    signal("QUIT", pid);
    if (!Deadline.in(IMMEDIATE).await(ended)) {
      throw new EmbeddedServerException(
          "the embedded server does not stop, process " + pid,
          "End it by hand: kill -QUIT " + pid + ".");
    }
  }

  /** Java itself can send only SIGTERM, which waits for every session to leave. */
  private static void signal(String name, long pid) {
    try {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", name, Long.toString(pid))
              .redirectErrorStream(true)
              .start();
      kill.onExit().join(); // a failure shows as a server that does not end
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "cannot signal the embedded server: " + e.getMessage(),
          "End it by hand: kill -" + name + " " + pid + ".",
          e);
    }
  }
}
