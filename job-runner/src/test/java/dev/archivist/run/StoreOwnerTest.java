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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two databases on one store cannot take each other's objects. */
class StoreOwnerTest {
  @TempDir Path home;
  private ReportWorld first;
  private ReportWorld second;

  @BeforeEach
  void createTwoDatabasesOnOneStore() {
    StoreSettings store = StoreSettings.of(home.resolve("store").toUri().toString());
    first = new ReportWorld(home.resolve("first"), store);
    second = new ReportWorld(home.resolve("second"), store);
  }

  @AfterEach
  void dropDatabases() {
    first.close();
    second.close();
  }

  private static void assertRefused(Optional<ArchiveFailure> failure) {
    assertThat(failure)
        .get()
        .extracting(ArchiveFailure::error)
        .isEqualTo(ArchiveError.STORE_OF_ANOTHER);
    assertThat(failure.get().hint()).contains("archivist store take-over");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("store"))) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  @Test
  void whatTheOtherWouldDeleteStays() throws IOException {
    first.report("a.csv");
    first.report("b.csv");
    first.run();
    first.assertAllArchived();
    List<String> before = files();
    // as after createdb -T: rows that name the first one's objects, and some that are to go
    for (List<String> row :
        first.db.rows("SELECT t::text, s3_location FROM public.reports_archive AS t")) {
      second.db.execute(
          "INSERT INTO public.reports_archive SELECT (r).* FROM (SELECT $row$"
              + row.get(0)
              + "$row$::public.reports_archive AS r) AS copied",
          "INSERT INTO archive.stray_objects (location, policy) VALUES ('"
              + row.get(1)
              + "', 'reports')");
    }
    second.report("c.csv");

    assertRefused(second.run().failure());
    assertRefused(second.restore("{\"from\": \"2000-01-01\", \"to\": \"2090-01-01\"}").failure());
    second.db.execute(
        "UPDATE archive.policies SET keep_for = interval '190 days',"
            + " settings = settings || '{\"object_keep_for\": \"190 days\"}' WHERE name = 'reports'");
    assertRefused(second.purge().failure());

    assertThat(files()).isEqualTo(before);
    first.assertAllArchived();
    assertThat(Files.exists(second.root.resolve("c.csv"))).isTrue();
    assertThat(second.db.number("SELECT count(*) FROM public.reports")).isEqualTo(1);
  }

  @Test
  void ofTwoAtOnceOneGetsIt() throws Exception {
    first.report("a.csv");
    second.report("b.csv");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Callable<JobOutcome>> runs = List.of(first::run, second::run);
      List<JobOutcome> outcomes = new ArrayList<>();
      for (Future<JobOutcome> run : threads.invokeAll(runs)) {
        outcomes.add(run.get());
      }
      assertThat(outcomes).filteredOn(outcome -> outcome.failure().isEmpty()).hasSize(1);
      outcomes.stream()
          .map(JobOutcome::failure)
          .filter(Optional::isPresent)
          .forEach(StoreOwnerTest::assertRefused);
    } finally {
      threads.shutdownNow();
    }
    first.assertNothingLost();
    second.assertNothingLost();
  }

  @Test
  void whoTakesItOverHasIt() throws IOException {
    first.report("a.csv");
    first.run();
    second.report("b.csv");
    assertRefused(second.run().failure());

    try (ArchiveStore store = second.store()) {
      new StoreOwner(store, second.db.database()).takeOver();
    }

    assertThat(second.run().failure())
        .get()
        .extracting(ArchiveFailure::error)
        .isEqualTo(ArchiveError.STORE_NEWER);
    assertThat(second.reconciler().apply("reports").exitCode()).isZero();
    assertThat(second.run().failure()).isEmpty();
    second.assertNothingLost();
    assertThat(second.db.number("SELECT count(*) FROM public.reports")).isZero();
    first.report("c.csv");
    assertRefused(first.run().failure());
    first.assertNothingLost();
  }

  /** It may be anybody's: another program's, another version's, a damaged one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "null",
        "[]",
        "7",
        "{}",
        "{\"name\": \"x\"}",
        "{\"database\": 1",
        "{\"database\": \"1:2\", \"name\": \"a word that is longer than any name that a database could have had\"}"
      })
  void aMarkThatSaysNothingRefusesEverybody(String mark) throws IOException {
    first.report("a.csv");
    Path file = home.resolve("store").resolve(StoreKey.OWNER);
    Files.createDirectories(file.getParent());
    Files.writeString(file, mark);

    JobOutcome outcome = first.run();

    assertRefused(outcome.failure());
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.failure().get()).hasMessageContaining("does not say whose it is");
    assertThat(file).hasContent(mark);
    first.assertNothingLost();
    try (ArchiveStore store = first.store()) {
      new StoreOwner(store, first.db.database()).takeOver();
    }
    assertThat(first.run().failure()).isEmpty();
    first.assertAllArchived();
  }

  @Test
  void theMarkIsNoObjectOfAReport() {
    first.report("a.csv");
    first.run();
    try (ArchiveStore store = first.store()) {
      List<String> listed = new ArrayList<>();
      store.list("", object -> listed.add(object.key()));
      assertThat(listed).hasSize(1).doesNotContain(StoreKey.OWNER);
      assertThat(store.key(store.uri(StoreKey.OWNER))).isEmpty();
      first.db.execute(
          "INSERT INTO archive.stray_objects (location, policy) VALUES ('"
              + store.uri(StoreKey.OWNER)
              + "', 'reports')");
      first.run();
      assertThat(new StoreOwner(store, first.db.database()).mark()).isPresent();
    }
  }
}
