package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.document.StoreSummary;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.run.ReconcileOutcome.Difference;
import dev.archivist.run.ReconcileOutcome.Finding;
import dev.archivist.store.ArchiveStore;
import dev.archivist.store.StoreSettings;
import dev.archivist.store.s3.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A copy of a database knows the first one's objects by their names. It cannot take them from a
 * store around the first one's, nor from one inside it.
 */
class NestedStoresTest {
  private static final String ALL =
      "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"hold\": \"0\"}";

  enum Kind {
    DIRECTORY,
    S3MOCK,
    S3PROXY
  }

  @TempDir Path home;
  private ReportWorld first;
  private ReportWorld second;
  private String bucket;

  @AfterEach
  void dropDatabases() {
    second.close();
    first.close();
  }

  private StoreSettings store(Kind kind, String prefix) {
    if (kind == Kind.DIRECTORY) {
      return StoreSettings.of(home.resolve("bucket" + prefix).toUri().toString());
    }
    S3Server server = kind == Kind.S3MOCK ? S3Server.s3mock() : S3Server.s3proxy();
    if (bucket == null) {
      bucket = "b-" + UUID.randomUUID();
      server.createBucket(bucket);
    }
    return server.settings("s3://" + bucket + prefix);
  }

  private void archiveTwo(StoreSettings store) throws IOException {
    first = new ReportWorld(home.resolve("first"), store);
    first.report("a.csv");
    first.report("b.csv");
    assertThat(first.run().failure()).isEmpty();
    first.assertAllArchived();
  }

  private void copyTo(StoreSettings store) {
    second = first.copy(home.resolve("second"), store);
  }

  private StoreOwner owner(ArchiveStore store) {
    return new StoreOwner(store, second.db.database());
  }

  private static void assertRefused(ArchiveError error, Optional<ArchiveFailure> failure) {
    assertThat(failure).get().extracting(ArchiveFailure::error).isEqualTo(error);
    assertThat(failure.get().hint()).contains("archivist store take-over");
  }

  private void assertEveryJobIsRefused(ArchiveError error) {
    assertRefused(error, second.run().failure());
    assertRefused(error, second.restore(ALL).failure());
    assertRefused(error, second.purges().empty("reports", true).failure());
    assertRefused(error, second.reconciler().look("reports").failure());
    assertRefused(error, second.reconciler().apply("reports").failure());
  }

  private void everythingMayGo() {
    second.db.execute(
        "INSERT INTO archive.stray_objects (location, policy)"
            + " SELECT s3_location, 'reports' FROM public.reports_archive WHERE file_path = 'a.csv'",
        "DELETE FROM public.reports_archive WHERE file_path = 'a.csv'",
        "UPDATE archive.policies SET keep_for = interval '5 years',"
            + " settings = settings || '{\"object_keep_for\": \"190 days\"}' WHERE name = 'reports'");
  }

  /** S3Proxy knows no tags. */
  @ParameterizedTest
  @EnumSource(names = {"DIRECTORY", "S3MOCK"})
  void aStoreAroundTakesNothing(Kind kind) throws IOException {
    archiveTwo(store(kind, "/some/prod"));
    copyTo(store(kind, "/some"));
    everythingMayGo();
    second.report("c.csv");

    assertEveryJobIsRefused(ArchiveError.STORE_UNMARKED);
    try (ArchiveStore store = second.store()) {
      assertThat(owner(store).summary().owner()).isNull();
      owner(store).takeOver();
      StoreSummary summary = owner(store).summary();
      assertThat(summary.ours()).isTrue();
      assertThat(summary.others())
          .singleElement()
          .satisfies(
              other -> {
                assertThat(other.owner().name()).isEqualTo(first.db.name());
                assertThat(other.mark()).endsWith("/some/prod/.archivist-owner");
                assertThat(other.around()).isFalse();
              });
    }

    assertThat(second.run().failure()).isEmpty();
    assertThat(second.db.number("SELECT count(*) FROM public.reports")).isZero();
    assertThat(second.notes).anyMatch(note -> note.contains("lies in the store of database"));
    PurgeOutcome purged = second.purges().empty("reports", true);
    assertThat(purged.failure()).isEmpty();
    assertThat(purged.objects().deleted()).isZero();
    assertThat(purged.objects().left())
        .hasSize(2)
        .allMatch(why -> why.contains("lies in the store of database " + first.db.name()));
    assertThat(purged.exitCode()).isEqualTo(1);
    second.restore(ALL);
    second.purge();

    first.assertAllArchived();
  }

  /** A prefix forgotten in the settings of another database: the first one must go on. */
  @ParameterizedTest
  @EnumSource
  void aStoreAroundAnothersIsNotTakenUnasked(Kind kind) throws IOException {
    archiveTwo(store(kind, "/some/prod"));
    second = new ReportWorld(home.resolve("second"), store(kind, "/some"));
    second.report("c.csv");

    assertRefused(ArchiveError.STORE_OF_ANOTHER, second.run().failure());

    try (ArchiveStore store = second.store()) {
      assertThat(owner(store).mark()).isEmpty();
    }
    first.report("d.csv");
    assertThat(first.run().failure()).isEmpty();
    first.assertAllArchived();
    try (ArchiveStore store = second.store()) {
      owner(store).takeOver();
    }
    assertThat(second.run().failure()).isEmpty();
    assertThat(second.db.number("SELECT count(*) FROM public.reports_archive")).isEqualTo(1);
    assertThat(second.verify().objects().orElseThrow().problems()).isEmpty();
  }

  /** A report whose file is still there is restored without a look at its object. */
  @ParameterizedTest
  @EnumSource
  void whatARestoreLeavesThereStays(Kind kind) throws IOException {
    archiveTwo(store(kind, "/prod"));
    copyTo(store(kind, ""));
    try (ArchiveStore store = second.store()) {
      owner(store).takeOver();
    }
    for (List<String> row : second.db.rows("SELECT id, file_path FROM public.reports_archive")) {
      Files.write(second.root.resolve(row.get(1)), first.content(UUID.fromString(row.get(0))));
    }

    assertThat(second.restore(ALL).failure()).isEmpty();
    assertThat(second.db.number("SELECT count(*) FROM archive.stray_objects")).isEqualTo(2);
    second.purges().empty("reports", true);
    assertThat(second.run().failure()).isEmpty();

    first.assertAllArchived();
    second.assertNothingLost();
    assertThat(second.db.number("SELECT count(*) FROM archive.stray_objects")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void whatLiesThereIsSaidToBeTheOthers(Kind kind) throws IOException {
    archiveTwo(store(kind, "/prod"));
    copyTo(store(kind, ""));
    try (ArchiveStore store = second.store()) {
      owner(store).takeOver();
    }

    assertThat(second.verify().objects().orElseThrow().problems())
        .hasSize(2)
        .allMatch(each -> each.toString().contains("the store of database " + first.db.name()));
    ReconcileOutcome looked = second.reconciler().look("reports");
    assertThat(looked.differences())
        .extracting(Difference::finding)
        .containsOnly(Finding.IN_ANOTHER_STORE);
    assertThat(looked.exitCode()).isEqualTo(1);
    assertThat(second.restorePreview(ALL).conflicts())
        .singleElement()
        .satisfies(each -> assertThat(each.toString()).contains(first.db.name()));
    assertThat(second.restore(ALL).problems())
        .hasSize(2)
        .allMatch(why -> why.contains("lies in the store of database"));
    first.assertAllArchived();
  }

  @ParameterizedTest
  @CsvSource({
    "DIRECTORY, /archived-reports",
    "DIRECTORY, /other/place",
    "S3MOCK, /archived-reports",
    "S3MOCK, /other/place",
    "S3PROXY, /archived-reports"
  })
  void aStoreInsideAnothersIsRefused(Kind kind, String below) throws IOException {
    archiveTwo(store(kind, "/prod"));
    copyTo(store(kind, "/prod" + below));
    everythingMayGo();
    second.report("c.csv");

    assertEveryJobIsRefused(ArchiveError.STORE_OF_ANOTHER);
    try (ArchiveStore store = second.store()) {
      assertThat(owner(store).summary().others())
          .singleElement()
          .satisfies(other -> assertThat(other.around()).isTrue());
      assertThatThrownBy(() -> owner(store).takeOver())
          .isInstanceOf(ArchiveFailure.class)
          .hasMessageContaining("lies in the store of database " + first.db.name());
      assertThat(owner(store).mark()).isEmpty();
    }
    assertEveryJobIsRefused(ArchiveError.STORE_OF_ANOTHER);
    first.assertAllArchived();
  }

  /** The directory has other names than the one that the settings say. */
  @Test
  void aLinkIntoAnothersStoreIsRefused() throws IOException {
    archiveTwo(store(Kind.DIRECTORY, "/prod"));
    Path link = home.resolve("elsewhere");
    Files.createSymbolicLink(link, home.resolve("bucket/prod/archived-reports"));
    copyTo(StoreSettings.of(link.toUri().toString()));
    everythingMayGo();

    assertEveryJobIsRefused(ArchiveError.STORE_OF_ANOTHER);
    first.assertAllArchived();
  }

  /** A part of the store is a link to a place deep in another's. */
  @Test
  void aLinkInTheStoreLeadsToNothingThatIsOurs() throws IOException {
    archiveTwo(store(Kind.DIRECTORY, "/prod"));
    copyTo(store(Kind.DIRECTORY, "/second"));
    Files.createDirectories(home.resolve("bucket/second"));
    Files.createSymbolicLink(
        home.resolve("bucket/second/archived-reports"),
        home.resolve("bucket/prod/archived-reports"));
    second.db.execute(
        "INSERT INTO archive.stray_objects (location, policy)"
            + " SELECT replace(s3_location, '/prod/', '/second/'), 'reports'"
            + " FROM public.reports_archive",
        "DELETE FROM public.reports_archive");
    try (ArchiveStore store = second.store()) {
      owner(store).takeOver();
    }

    PurgeOutcome purged = second.purges().empty("reports", true);

    assertThat(purged.objects().left()).hasSize(2);
    first.assertAllArchived();
  }
}
