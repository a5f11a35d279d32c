package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deletion that arrives late, or twice, hits the object that it was meant for, and no other. */
class LateDeletionTest {
  private static final String ALL =
      "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"hold\": \"0\"}";

  @TempDir Path home;

  @Test
  void ofAnObjectThatARestoreLeft() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.csv");
      world.run();
      List<String> deleted = world.objects();
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      assertThat(world.objects()).isEmpty();
      assertThat(world.run().status()).isEqualTo("completed");

      world.remove(deleted);

      world.assertAllArchived();
    }
  }

  @Test
  void ofAnObjectPastItsRetention() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.csv");
      world.run();
      world.binFor("30 days");
      List<String> released = world.objects();
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      assertThat(world.run().status()).isEqualTo("completed");

      try (ArchiveStore store = world.store()) {
        released.forEach(store::expire);
      }

      world.assertNothingLost();
    }
  }

  @Test
  void ofAnUploadThatCameToNothing() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.csv");
      world.onStoreCall(
          call -> {
            if (call.equals("after put")) {
              world.db.execute("UPDATE public.reports SET generated_by = 'someone'");
            }
            if (call.equals("before delete")) {
              throw new ArchiveFailure(ArchiveError.STORE_UNREACHABLE, "held up", "Wait.");
            }
          });
      assertThat(world.run().problems()).hasSize(1);
      List<String> late = world.objects();
      assertThat(late).hasSize(1);
      world.onStoreCall(call -> {});
      assertThat(world.run().status()).isEqualTo("completed");

      world.remove(late);

      world.assertAllArchived();
    }
  }
}
