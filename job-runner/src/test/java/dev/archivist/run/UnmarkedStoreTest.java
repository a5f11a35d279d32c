package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.StoreKey;
import dev.archivist.store.StoreSettings;
import dev.archivist.store.s3.S3Server;
import dev.archivist.testing.Archivist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store without a mark is not new if the database has objects there. */
class UnmarkedStoreTest {
  private static final String ALL =
      "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"hold\": \"0\"}";

  @TempDir Path home;
  private ReportWorld world;

  @BeforeEach
  void archiveOne() throws IOException {
    world = new ReportWorld(home);
    world.report("a.csv");
    assertThat(world.run().failure()).isEmpty();
    world.assertAllArchived();
  }

  @AfterEach
  void dropDatabase() {
    world.close();
  }

  private Path store() {
    return home.resolve("store");
  }

  private void unmount() throws IOException {
    Files.move(store(), home.resolve("elsewhere"));
    Files.createDirectories(store());
  }

  private Archivist archivist() {
    return Archivist.on(world.db, home)
        .with("ARCHIVE_STORE_URI", store().toString())
        .with("REPORTS_LOCAL_DIR", world.root.toString());
  }

  private static void assertRefused(Optional<ArchiveFailure> failure) {
    assertThat(failure)
        .get()
        .extracting(ArchiveFailure::error)
        .isEqualTo(ArchiveError.STORE_UNMARKED);
    assertThat(failure.get().hint()).contains("mounted").contains("archivist store take-over");
  }

  @Test
  void aStoreThatIsNotMountedIsNotClaimed() throws IOException {
    world.report("b.csv");
    unmount();
    world.db.execute(
        "INSERT INTO archive.stray_objects (location, policy) VALUES ('file:///x', 'reports')");

    JobOutcome run = world.run();

    assertRefused(run.failure());
    assertThat(run.exitCode()).isEqualTo(3);
    assertRefused(world.restore(ALL).failure());
    assertRefused(world.purge().failure());
    assertRefused(world.reconciler().look("reports").failure());
    assertRefused(world.reconciler().apply("reports").failure());
    assertThat(store().resolve(StoreKey.OWNER)).doesNotExist();
    assertThat(world.root.resolve("b.csv")).exists();
    Archivist.Result doctor = archivist().run("doctor");
    assertThat(doctor.code()).isNotZero();
    assertThat(doctor.out())
        .contains("the store has no mark")
        .contains("store take-over")
        .doesNotContain("the database knows what the store has seen");
    assertThat(archivist().run("store", "show").out())
        .contains("has no mark, but this database has objects there");

    Files.move(store(), home.resolve("mount point"));
    Files.move(home.resolve("elsewhere"), store());
    assertThat(world.run().failure()).isEmpty();
    assertThat(archivist().run("store", "show").out()).contains("this one");
    world.assertAllArchived();
  }

  /** As after a copy that left out what begins with a dot. */
  @Test
  void whoTakesItOverGoesOn() throws IOException {
    try (ArchiveStore store = world.store()) {
      store.delete(StoreKey.OWNER);
    }
    Files.delete(store().resolve(StoreKey.jobOf("reports")));
    world.report("b.csv");
    assertRefused(world.run().failure());

    assertThat(archivist().run("store", "take-over", "--yes").code()).isZero();
    assertThat(archivist().run("reconcile", "--apply").code()).isZero();

    assertThat(world.run().failure()).isEmpty();
    world.assertAllArchived();
  }

  @Test
  void anotherPlaceIsNew() throws IOException {
    ReportWorld moved = world.copy(home.resolve("moved"), StoreSettings.of(home + "/new"));
    try (moved) {
      moved.report("b.csv");

      assertThat(moved.run().failure()).isEmpty();

      assertThat(moved.objects()).hasSize(1);
    }
  }

  @Test
  void anotherBucketOfTheNameIsNotClaimed() throws IOException {
    String bucket = "b-" + UUID.randomUUID();
    S3Server.s3mock().createBucket(bucket);
    try (ReportWorld there =
        world.copy(home.resolve("s3"), S3Server.s3mock().settings("s3://" + bucket + "/x/"))) {
      there.report("b.csv");
      assertThat(there.run().failure()).isEmpty();
      S3Server.s3proxy().createBucket(bucket);
      ReportWorld other =
          there.copy(home.resolve("s3b"), S3Server.s3proxy().settings("s3://" + bucket + "/x"));
      try (other) {
        other.report("c.csv");
        assertRefused(other.run().failure());
        assertThat(other.objects()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stray_objects", "expiring_objects", "bin_objects"})
  void objectsThatAreToGoCount(String table) throws IOException {
    String location = world.db.value("SELECT s3_location FROM public.reports_archive");
    world.db.execute(
        "DELETE FROM public.reports_archive",
        "DELETE FROM archive.ledger WHERE policy = 'reports'",
        table.equals("bin_objects")
            ? "INSERT INTO archive.bin (bin_id, policy, month, state, binned_at, drop_after)"
                + " VALUES (gen_random_uuid(), 'reports', '2020-01-01', 'binned', now(), 'infinity')"
            : "SELECT",
        table.equals("bin_objects")
            ? "INSERT INTO archive.bin_objects SELECT bin_id, '" + location + "' FROM archive.bin"
            : "INSERT INTO archive.%s (location, policy) VALUES ('%s', 'no longer there')"
                .formatted(table, location));
    unmount();
    world.report("b.csv");

    assertRefused(world.run().failure());
  }

  /** The store is called by a link, and the objects by the directory's own name. */
  @Test
  void theNameOfALinkHidesNothing() throws IOException {
    unmount();
    Path link = home.resolve("link");
    Files.createSymbolicLink(link, store());
    try (ReportWorld linked =
        world.copy(home.resolve("second"), StoreSettings.of(link.toUri().toString()))) {
      linked.report("b.csv");

      assertRefused(linked.run().failure());
    }
  }

  @Test
  void theObjectsOfEveryPolicyCount() throws IOException {
    unmount();
    try (ReportWorld other = world.copy(home.resolve("second"), StoreSettings.of(store() + "/"))) {
      other.db.execute(
          "CREATE TABLE public.letters (LIKE public.reports INCLUDING ALL)",
          """
          INSERT INTO archive.policies (name, kind, time_column, archive_after, keep_for, settings)
          SELECT 'letters', kind, time_column, archive_after, keep_for, settings || '{"object_prefix": "letters"}'
          FROM archive.policies WHERE name = 'reports'
          """,
          "INSERT INTO archive.policy_tables (policy, position, source_schema, source_table,"
              + " archive_schema, archive_table)"
              + " VALUES ('letters', 0, 'public', 'letters', 'public', 'letters_archive')",
          "CREATE TABLE public.letters_archive (LIKE public.reports_archive INCLUDING ALL)",
          "INSERT INTO public.letters_archive SELECT * FROM public.reports_archive",
          "DELETE FROM public.reports_archive");
      other.report("b.csv");

      assertRefused(other.run().failure());

      other.db.execute("DELETE FROM public.letters_archive");
      assertThat(other.run().failure()).isEmpty();
    }
  }
}
