package dev.archivist.embedded;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A moment until which to wait for something that can only be asked for again and again. */
final class Deadline {
  private static final long PAUSE_MILLIS = 20;

  private final long nanos;

  private Deadline(long nanos) {
    this.nanos = nanos;
  }

  static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  boolean passed() {
    return System.nanoTime() - nanos >= 0;
  }

  /**
   * Waits until the condition holds or the deadline passes. An interrupt does not end the wait, for
   * a server must not be left half started or half stopped; it is set again before this returns.
   *
   * @return whether the condition held
   */
  boolean await(BooleanSupplier condition) {
    boolean interrupted = false;
    try {
      while (!condition.getAsBoolean()) {
        if (passed()) {
          return false;
        }
        try {
          Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
