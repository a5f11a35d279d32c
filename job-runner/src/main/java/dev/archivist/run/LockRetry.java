package dev.archivist.run;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedPredicate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/** Work that met a lock is undone and tried again, for about two minutes, unless told to stop. */
final class LockRetry {
  private final RetryPolicy<Object> policy;
  private final RetryPolicy<Object> closing;

  LockRetry(StopSignal stop) {
    this(stop, Duration.ofMinutes(2));
  }

  LockRetry(StopSignal stop, Duration longest) {
    policy = policy(failure -> isBusy(failure) && !stop.isRequested(), longest);
    closing = policy(LockRetry::isBusy, longest);
  }

  private static RetryPolicy<Object> policy(
      CheckedPredicate<? extends Throwable> again, Duration longest) {
    return RetryPolicy.builder()
        .handleIf(again)
        .withBackoff(50, 10_000, ChronoUnit.MILLIS)
        .withJitter(0.2)
        .withMaxRetries(20)
        .withMaxDuration(longest)
        .build();
  }

  void run(Runnable work) {
    Failsafe.with(policy).run(work::run);
  }

  <T> T retrying(Supplier<T> work) {
    return Failsafe.with(policy).get(work::get);
  }

  /** Closes a job, whether told to stop or not: all its work is done, and it should say so. */
  void close(Runnable job) {
    Failsafe.with(closing).run(job::run);
  }

  static boolean isBusy(Throwable failure) {
    return failure instanceof ArchiveFailure known && known.error() == ArchiveError.DATABASE_BUSY;
  }
}
