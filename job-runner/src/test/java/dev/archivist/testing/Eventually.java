package dev.archivist.testing;

import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for what another thread or session will do. */
public final class Eventually {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private Eventually() {}

  /** Repeats the assertion until it holds; its last failure is thrown. */
  public static void assertThatSoon(ThrowingCallable assertion) {
    assertThatSoon(LONGEST, assertion);
  }

  public static void assertThatSoon(Duration longest, ThrowingCallable assertion) {
    RetryPolicy<Object> again =
        RetryPolicy.builder()
            .handle(AssertionError.class)
            .withDelay(Duration.ofMillis(20))
            .withMaxRetries(-1)
            .withMaxDuration(longest)
            .build();
    Failsafe.with(again).run(assertion::call);
  }
}
