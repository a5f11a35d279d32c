package dev.archivist.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.TestLength;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is lost, doubled or changed, whatever is killed and whenever. {@code
 * -Darchivist.test.long=true} makes it long; {@code -Darchivist.torture.rounds} and {@code
 * -Darchivist.torture.seed} choose.
 */
class TortureTest {
  private static final int ROUNDS = TestLength.of("archivist.torture.rounds", 6, 200);
  private static final long SEED = Long.getLong("archivist.torture.seed", 1);

  /** So many rounds that everything that can strike has struck. */
  private static final int LONG = 100;

  @Test
  void losesNothingWhateverIsKilledAndWhenever(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path home)
      throws Exception {
    try (Torture torture = new Torture(SEED, home)) {
      for (int round = 0; round < ROUNDS; round++) {
        torture.round(round);
      }
      torture.finish();
      System.out.println(torture.statistics());
      assertItHurt(torture.statistics());
    }
  }

  private static void assertItHurt(Statistics statistics) {
    assertThat(statistics.of("rows archived of logs")).isPositive();
    assertThat(statistics.of("rows archived of metrics")).isPositive();
    assertThat(statistics.of("rows archived of reports")).isPositive();
    assertThat(kinds().stream().mapToLong(statistics::of).sum()).isPositive();
    if (ROUNDS >= LONG) {
      assertThat(kinds()).allSatisfy(kind -> assertThat(statistics.of(kind)).as(kind).isPositive());
    }
  }

  private static List<String> kinds() {
    Stream<String> acts =
        Arrays.stream(Act.values())
            .filter(act -> act != Act.NOTHING && act != Act.STORE_FAULTS)
            .map(Act::label);
    Stream<String> faults = Arrays.stream(StoreFault.values()).map(StoreFault::label);
    return Stream.of(
            acts,
            faults,
            Stream.of(
                "writers' connections lost",
                "jobs closed as interrupted",
                "second runner's exit code 4"))
        .flatMap(each -> each)
        .toList();
  }
}
