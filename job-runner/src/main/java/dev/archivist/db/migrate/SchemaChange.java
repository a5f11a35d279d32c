package dev.archivist.db.migrate;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DDL in one transaction that shuts out readers or writers. Whoever comes while it waits for a lock
 * queues behind it, so it never waits longer than 100 ms: it is undone and tried again later.
 */
public final class SchemaChange {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaChange.class);

  /** As long as a batch tries: longer than most queries, and a person is watching. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final RetryPolicy<Object> policy;

  SchemaChange() {
    this(LONGEST);
  }

  SchemaChange(Duration longest) {
    policy =
        RetryPolicy.builder()
            .handleIf(SchemaChange::isBusy)
            .onRetryScheduled(
                event ->
                    LOG.warn("others are using what is to be changed; trying again in a moment"))
            .withBackoff(50, 10_000, ChronoUnit.MILLIS)
            .withJitter(0.2)
            .withMaxRetries(-1)
            .withMaxDuration(longest)
            .build();
  }

  /**
   * Makes the change.
   *
   * @throws ArchiveFailure {@code ZA019} if others were in the way for all that time
   */
  <T> T make(Supplier<T> change) {
    try {
      return Failsafe.with(policy).get(change::get);
    } catch (ArchiveFailure failure) {
      if (!isBusy(failure)) {
        throw failure;
      }
      throw new ArchiveFailure(
          ArchiveError.DATABASE_BUSY,
          "the schema cannot be changed while others use it: " + failure.getMessage(),
          "Nothing was changed. SELECT pid, xact_start, query FROM pg_stat_activity ORDER BY"
              + " xact_start shows long transactions; let them end and try again.",
          failure);
    }
  }

  /** Makes a change that has nothing to tell. */
  void make(Runnable change) {
    make(
        () -> {
          change.run();
          return null;
        });
  }

  private static boolean isBusy(Throwable failure) {
    return failure instanceof ArchiveFailure known && known.error() == ArchiveError.DATABASE_BUSY;
  }
}
