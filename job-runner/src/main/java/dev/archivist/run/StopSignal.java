package dev.archivist.run;

import java.util.concurrent.CountDownLatch;

/** Says that the program was told to stop: the batch in hand is finished, the next not begun. */
public final class StopSignal {
  private final CountDownLatch requested = new CountDownLatch(1);

  public void request() {
    requested.countDown();
  }

  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits for the request; an interrupt counts as one. */
  public void await() {
    try {
      requested.await();
    } catch (InterruptedException e) {
      request();
      Thread.currentThread().interrupt();
    }
  }
}
