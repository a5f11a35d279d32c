package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.StoreKey;
import dev.archivist.store.StoreSettings;
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

/** What one database has archived may be live in its copy: its file is not the copy's to delete. */
class RootOwnerTest {
  private static final String ALL =
      "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"hold\": \"0\"}";

  @TempDir Path home;
  private ReportWorld prod;
  private ReportWorld staging;

  @BeforeEach
  void createDatabase() {
    prod = new ReportWorld(home.resolve("prod"));
  }

  @AfterEach
  void dropDatabases() {
    if (staging != null) {
      staging.close();
    }
    prod.close();
  }

  /** As {@code createdb -T} makes it, with a store of its own. */
  private void copyTo(Path root) {
    staging =
        prod.copy(
            home.resolve("staging"),
            root,
            StoreSettings.of(home.resolve("staging/store").toUri().toString()));
  }

  private void archiveOne() {
    prod.report("a.csv");
    assertThat(prod.run().failure()).isEmpty();
  }

  private Path mark() {
    return prod.root.resolve(StoreKey.OWNER);
  }

  private void unmount() throws IOException {
    Files.move(prod.root, home.resolve("elsewhere"));
    Files.createDirectories(prod.root);
  }

  private void mount() throws IOException {
    Files.delete(prod.root);
    Files.move(home.resolve("elsewhere"), prod.root);
  }

  private static void takeOver(ReportWorld world) {
    try (ArchiveStore store = world.store()) {
      new RootOwner(world.settings(), world.db.database(), store).takeOver();
    }
  }

  private static void assertRefused(ArchiveError error, Optional<ArchiveFailure> failure) {
    assertThat(failure).get().extracting(ArchiveFailure::error).isEqualTo(error);
    assertThat(failure.get().hint()).contains("store take-over --reports");
  }

  private static void assertEveryJobIsRefused(ArchiveError error, ReportWorld world) {
    assertRefused(error, world.run().failure());
    assertRefused(error, world.restore(ALL).failure());
    assertRefused(error, world.reconciler().look("reports").failure());
    assertRefused(error, world.reconciler().apply("reports").failure());
  }

  @Test
  void aCopyDoesNotDeleteTheFilesOfLiveReports() throws IOException {
    archiveOne();
    prod.report("b.csv");
    copyTo(prod.root);

    assertEveryJobIsRefused(ArchiveError.STORE_OF_ANOTHER, staging);

    assertThat(prod.root.resolve("b.csv")).exists();
    assertThat(staging.objects()).isEmpty();
    prod.assertNothingLost();
    assertThat(prod.run().failure()).isEmpty();
    prod.assertAllArchived();
    assertThat(staging.run().failure().get())
        .hasMessageContaining("belongs to database " + prod.db.name())
        .hasMessageContaining(staging.db.name());
  }

  @Test
  void aCopyWithFilesOfItsOwnGoesOn() throws IOException {
    archiveOne();
    copyTo(home.resolve("others"));
    staging.report("b.csv");

    assertThat(staging.run().failure()).isEmpty();

    assertThat(staging.localFiles()).isEmpty();
    prod.assertAllArchived();
  }

  /** Both found it nobody's when they began. */
  @Test
  void ofTwoAtOnceOneGetsIt() throws IOException {
    prod.report("a.csv");
    copyTo(prod.root);
    staging.onStoreCall(
        call -> {
          if (call.equals("after put") && !staging.objects().isEmpty()) {
            staging.onStoreCall(any -> {});
            prod.run();
            prod.report("b.csv");
          }
        });

    assertRefused(ArchiveError.STORE_OF_ANOTHER, staging.run().failure());

    assertThat(prod.root.resolve("b.csv")).exists();
    prod.assertNothingLost();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no JSON", "null", "{}", "{\"name\": \"x\"}"})
  void aMarkThatSaysNothingRefusesEverybody(String text) throws IOException {
    archiveOne();
    prod.report("b.csv");
    Files.writeString(mark(), text);

    assertEveryJobIsRefused(ArchiveError.STORE_OF_ANOTHER, prod);

    assertThat(mark()).hasContent(text);
    assertThat(prod.root.resolve("b.csv")).exists();
  }

  /** An empty mount point: that a file is not there says nothing. */
  @Test
  void aRootThatIsNotMountedLosesNothing() throws IOException {
    archiveOne();
    UUID left = prod.report("b.csv");
    assertThat(prod.run().failure()).isEmpty();
    Files.write(prod.root.resolve("b.csv"), prod.content(left));
    prod.db.execute(
        "UPDATE public.reports_archive SET deleted_locally = false WHERE file_path = 'b.csv'");
    unmount();

    assertEveryJobIsRefused(ArchiveError.STORE_UNMARKED, prod);

    assertThat(prod.localFiles()).isEmpty();
    assertThat(mark()).doesNotExist();
    assertThat(prod.db.number("SELECT count(*) FROM reports_archive WHERE NOT deleted_locally"))
        .isEqualTo(1);
    mount();
    assertThat(prod.reconciler().apply("reports").failure()).isEmpty();
    assertThat(prod.run().failure()).isEmpty();
    prod.assertAllArchived();
  }

  /** No run has ever left a mark; the last one was killed between its commit and the deletion. */
  @Test
  void norDoesOneThatWasNeverMarked() throws IOException {
    archiveOne();
    Files.delete(mark());
    Files.delete(home.resolve("prod/store").resolve(StoreKey.REPORTS));
    prod.db.execute("UPDATE public.reports_archive SET deleted_locally = false");

    assertThat(prod.run().failure()).isEmpty();

    assertThat(mark()).doesNotExist();
    assertThat(prod.db.number("SELECT count(*) FROM reports_archive WHERE NOT deleted_locally"))
        .isEqualTo(1);
    assertThat(prod.notes).singleElement().asString().contains("no mark").contains("file kept");
  }

  /** Unmounted in the middle of a run. */
  @Test
  void norDoesOneThatGoesAwayMeanwhile() throws IOException {
    archiveOne();
    UUID report = prod.report("b.csv");
    prod.onStoreCall(
        call -> {
          if (call.equals("after put")) {
            prod.onStoreCall(any -> {});
            try {
              unmount();
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        });

    assertRefused(ArchiveError.STORE_UNMARKED, prod.run().failure());

    assertThat(
            prod.db.number(
                "SELECT count(*) FROM reports_archive WHERE id = ? AND NOT deleted_locally",
                report))
        .isEqualTo(1);
    mount();
    assertThat(prod.run().failure()).isEmpty();
    prod.assertAllArchived();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRootInsideAnothersOrAroundItIsNotUsed(boolean inside) throws IOException {
    Path around = home.resolve("prod/reports");
    archiveOne();
    UUID id = prod.report("2024/b.csv");
    copyTo(inside ? around.resolve("2024") : home.resolve("prod"));
    staging.db.execute(
        "UPDATE public.reports SET file_path = '%s'"
            .formatted(inside ? "b.csv" : "reports/2024/b.csv"));

    assertThat(staging.run().failure())
        .get()
        .extracting(ArchiveFailure::error)
        .isEqualTo(ArchiveError.STORE_OF_ANOTHER);

    if (!inside) {
      takeOver(staging);
      staging.run();
      assertThat(staging.notes)
          .anyMatch(note -> note.contains("lies in a directory of database " + prod.db.name()));
    }
    assertThat(prod.root.resolve("2024/b.csv")).hasBinaryContent(prod.content(id));
  }
}
