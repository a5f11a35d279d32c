package dev.archivist.cli;

import dev.archivist.run.StopSignal;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into a request to stop, says so, and holds the JVM until the
 * work has stopped: the batch in hand is finished and the job closed. The second of them ends the
 * program at once; its job is then closed by the policy's next one.
 */
final class Shutdown implements AutoCloseable {
  /** Names and numbers; a program that a signal ends has 128 and its number as exit code. */
  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  private static final int ENDED_BY_SIGNAL = 128;

  private final StopSignal signal = new StopSignal();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicBoolean told = new AtomicBoolean();
  private final Map<String, Object> before = new LinkedHashMap<>();
  private final PrintWriter err;
  private final Thread hook =
      new Thread(
          () -> {
            signal.request();
            awaitStopped();
          },
          "archivist-shutdown");

  private Shutdown(PrintWriter err) {
    this.err = err;
  }

  /**
   * @param err where it says that it was told to stop
   */
  static Shutdown install(PrintWriter err) {
    Shutdown shutdown = new Shutdown(err);
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    SIGNALS.forEach(
        (name, number) ->
            shutdown.before.put(name, Signals.register(name, () -> shutdown.told(name, number))));
    return shutdown;
  }

  private void told(String name, int number) {
    int code = ENDED_BY_SIGNAL + number;
    if (told.getAndSet(true)) {
      err.println(
          "SIG" + name + " again: ended at once; the next job of the policy closes this one");
      err.flush();
      Runtime.getRuntime().halt(code);
    }
    err.println(
        "SIG"
            + name
            + ": the batch in hand is finished and the job closed; once more ends at once");
    err.flush();
    signal.request();
    // It waits for the hook, and so for the work; a signal's own thread must not.
    new Thread(() -> System.exit(code), "archivist-exit").start();
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
    before.forEach(Signals::unregister);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is being told to stop at this very moment; the hook has nothing to wait for.
    }
  }
}
