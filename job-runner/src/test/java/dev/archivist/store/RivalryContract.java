package dev.archivist.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The store's contract, with what happens when two write other content under one key at once. A
 * server that looks and writes in two steps cannot keep this part.
 */
public abstract class RivalryContract extends ArchiveStoreContract {
  @Test
  void letsOneOfTwoRivalsWin() throws Exception {
    for (int round = 0; round < 10; round++) {
      String key = "rivals/" + round;
      TestContent left = TestContent.random(temp, 200_000, 100 + round);
      TestContent right = TestContent.random(temp, 200_000, 200 + round);

      List<Object> outcomes = Rivals.together(() -> put(key, left), () -> put(key, right));

      assertThat(outcomes).filteredOn(StoredObject.class::isInstance).hasSize(1);
      assertThat(outcomes)
          .filteredOn(ArchiveFailure.class::isInstance)
          .singleElement(type(ArchiveFailure.class))
          .extracting(ArchiveFailure::error)
          .isEqualTo(ArchiveError.OBJECT_CONFLICT);
      String winner = outcomes.get(0) instanceof StoredObject ? left.sha256() : right.sha256();
      assertThat(sha256Of(key)).isEqualTo(winner);
    }
  }
}
