package dev.archivist.cli;

import dev.archivist.run.StopSignal;
import java.util.concurrent.CountDownLatch;

/**
 * Turns SIGTERM and Ctrl-C into a request to stop, and holds the JVM until the work has stopped:
 * the batch in hand is finished and the job closed.
 */
final class Shutdown implements AutoCloseable {
  private final StopSignal signal = new StopSignal();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread hook =
      new Thread(
          () -> {
            signal.request();
            awaitStopped();
          },
          "archivist-shutdown");

  private Shutdown() {}

  static Shutdown install() {
    Shutdown shutdown = new Shutdown();
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  StopSignal signal() {
    return signal;
  }

  private void awaitStopped() {
    boolean interrupted = false;
    while (true) {
      try {
        stopped.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work has stopped. */
  @Override
  public void close() {
    stopped.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is being told to stop at this very moment; the hook has nothing to wait for.
    }
  }
}
