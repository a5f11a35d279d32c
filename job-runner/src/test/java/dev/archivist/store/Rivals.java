package dev.archivist.store;

import dev.archivist.failure.ArchiveFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Two threads that want the same. */
final class Rivals {
  private Rivals() {}

  /** Starts both at the same moment; each outcome is a result or an {@link ArchiveFailure}. */
  static List<Object> together(Callable<?> left, Callable<?> right) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try {
      List<Callable<Object>> both = List.of(atOnce(start, left), atOnce(start, right));
      List<Object> outcomes = new ArrayList<>();
      for (Future<Object> each : workers.invokeAll(both)) {
        outcomes.add(each.get());
      }
      return outcomes;
    } finally {
      workers.shutdownNow();
    }
  }

  private static Callable<Object> atOnce(CyclicBarrier start, Callable<?> work) {
    return () -> {
      start.await();
      try {
        return work.call();
      } catch (ArchiveFailure failure) {
        return failure;
      }
    };
  }
}
