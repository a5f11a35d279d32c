package dev.archivist.run;

import static dev.archivist.testing.Eventually.assertThatSoon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.document.VerifiedRows;
import dev.archivist.store.s3.S3Server;
import dev.archivist.testing.HeldLock;
import dev.archivist.testing.LiveData;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of reports: metadata to the bin, objects when nobody refers to them any more. */
class ReportPurgeTest {
  @TempDir Path home;

  /** As a kill would: no catch of ours knows it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Reports of 200 days that are archived, and whose month is past its retention. */
  private ReportWorld archived(String... files) {
    ReportWorld world = new ReportWorld(home);
    for (String file : files) {
      world.report(file);
    }
    assertThat(world.run().status()).isEqualTo("completed");
    world.db.execute(
        "UPDATE archive.policies SET archive_after = '90 days', keep_for = '100 days', settings = settings - 'object_keep_for'"
            + " WHERE name = 'reports'");
    world.binFor("30 days");
    return world;
  }

  private static List<String> fates(PurgeOutcome outcome) {
    assertThat(outcome.failure()).isEmpty();
    return outcome.months().stream().map(month -> month.fate().name()).toList();
  }

  private static UUID bin(ReportWorld world) {
    return UUID.fromString(world.db.value("SELECT bin_id FROM archive.bin WHERE state = 'binned'"));
  }

  @Test
  void metadataGoesToTheBinAndTheObjectsStayUntilItIsEmptied() throws IOException {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      world.reportOf(world.report("young.pdf"), "young.pdf", 190);

      assertThat(fates(world.purge())).containsExactly("BINNED");

      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isZero();
      assertThat(world.objects()).hasSize(2);
      assertThat(world.db.archive().verify("reports").ok()).isTrue();

      PurgeOutcome emptied = world.purges().empty("reports", true);
      assertThat(fates(emptied)).containsExactly("DROPPED");
      assertThat(emptied.objects().deleted()).isEqualTo(2);
      assertThat(world.objects()).isEmpty();
      assertThat(world.db.number("SELECT count(*) FROM archive.stray_objects")).isZero();
      assertThat(world.db.number("SELECT count(*) FROM archive.bin_objects")).isZero();
    }
  }

  @Test
  void metadataComesBack() throws IOException {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      List<List<String>> before = world.db.rows("SELECT * FROM reports_archive ORDER BY id");
      world.purge();

      assertThat(fates(world.purges().restore("reports", bin(world)))).containsExactly("RESTORED");

      assertThat(world.db.rows("SELECT * FROM reports_archive ORDER BY id")).isEqualTo(before);
      world.assertAllArchived();
      assertThat(fates(world.purge())).containsExactly("HELD");
    }
  }

  @Test
  void metadataComesBackIntoAnArchiveThatHasGainedAColumn() throws IOException {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      world.purge();
      world.db.execute("ALTER TABLE public.reports_archive ADD COLUMN note text DEFAULT 'none'");

      assertThat(fates(world.purges().restore("reports", bin(world)))).containsExactly("RESTORED");

      assertThat(world.db.number("SELECT count(*) FROM reports_archive WHERE note IS NULL"))
          .isEqualTo(2);
      assertThat(world.db.archive().verify("reports").ok()).isTrue();
      world.assertAllArchived();
    }
  }

  /** As an operator may forge a row, with ledger and journal to match. */
  @Test
  void anObjectOfAnotherMonthIsNotDroppedWithTheRow() {
    try (ReportWorld world = archived("a.pdf")) {
      world.db.execute(
          "UPDATE public.reports_archive SET s3_location = regexp_replace(s3_location, '/[0-9]{4}/[0-9]{2}/', '/1999/01/')");
      String digest =
          ((VerifiedRows.Differing) world.db.archive().verify("reports").months().get(0))
              .data()
              .digest();
      for (String table : List.of("ledger", "batches")) {
        world.db.execute(
            "UPDATE archive.%s SET digest_a = %s, digest_b = %s"
                .formatted(table, digest.split(":")[0], digest.split(":")[1]));
      }
      assertThat(world.db.archive().verify("reports").ok()).isTrue();

      assertThat(fates(world.purge())).containsExactly("BINNED");

      assertThat(world.db.number("SELECT count(*) FROM archive.bin_objects")).isZero();
    }
  }

  @Test
  void metadataThatIsNotWhatTheLedgerSaysStays() {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      world.db.execute("UPDATE public.reports_archive SET object_bytes = object_bytes + 1");

      assertThat(fates(world.purge())).containsExactly("DIFFERENT");

      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(2);
      assertThat(world.db.number("SELECT count(*) FROM archive.bin")).isZero();
    }
  }

  /** Everything is done, only the job's end waits for someone who has the audit's last row. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thatSomeoneIsInTheWayOfTheEndDoesNotFailIt(boolean toldToStop) throws SQLException {
    try (ReportWorld world = archived("a.pdf")) {
      world.purge();
      StopSignal stop = new StopSignal();
      AtomicReference<HeldLock> audit = new AtomicReference<>();
      world.onStoreCall(
          call -> {
            if (call.equals("after delete")) {
              audit.set(HeldLock.of(world.db, HeldLock.AUDIT));
              if (toldToStop) {
                stop.request();
              }
            }
          });

      PurgeOutcome outcome = world.purges(new LockRetry(stop)).empty("reports", true);

      audit.get().close();
      assertThat(fates(outcome)).containsExactly("DROPPED");
      assertThat(outcome.exitCode()).isZero();
      assertThat(
              world.db.rows(
                  "SELECT status, error_message FROM archive_jobs"
                      + " ORDER BY created_at DESC LIMIT 1"))
          .hasToString("[[completed, null]]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"before delete", "after delete"})
  void objectsAreDeletedInTheEndWhereverItIsKilled(String step) {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      world.purge();
      killAt(world, step);
      assertThatThrownBy(() -> world.purges().empty("reports", true)).isInstanceOf(Killed.class);
      assertThat(world.db.number("SELECT count(*) FROM archive.stray_objects")).isEqualTo(2);
      world.onStoreCall(call -> {});

      world.purge();

      assertThat(world.objects()).isEmpty();
      assertThat(world.db.number("SELECT count(*) FROM archive.stray_objects")).isZero();
    }
  }

  @Test
  void anObjectThatAReportRefersToIsNeverDeleted() throws IOException {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      world.db.execute(
          "UPDATE archive.policies SET keep_for = NULL WHERE name = 'reports'",
          "INSERT INTO archive.stray_objects SELECT s3_location, 'reports' FROM public.reports_archive");

      assertThat(world.purge().objects().deleted()).isZero();

      world.assertAllArchived();
      assertThat(world.db.number("SELECT count(*) FROM archive.stray_objects")).isZero();
    }
  }

  @Test
  void anObjectThatAReportInTheBinRefersToIsNeverDeleted() throws IOException {
    try (ReportWorld world = archived("a.pdf")) {
      world.binFor("30 days");
      world.purge();
      world.db.execute(
          "INSERT INTO archive.stray_objects SELECT location, 'reports' FROM archive.bin_objects");

      assertThat(world.purge().objects().deleted()).isZero();

      assertThat(world.objects()).hasSize(1);
      assertThat(world.db.number("SELECT count(*) FROM archive.stray_objects")).isZero();
    }
  }

  @Test
  void anObjectOfTheBinIsNotReplacedByAReportOfTheSameId() throws IOException {
    try (ReportWorld world = archived("a.pdf")) {
      String location = world.db.value("SELECT s3_location FROM reports_archive");
      byte[] content = world.object(location);
      UUID id = UUID.fromString(world.db.value("SELECT id FROM reports_archive"));
      String created = world.db.value("SELECT created_at FROM reports_archive");
      world.purge();
      LiveData.file(world.root.resolve("again.pdf"), 5_000, 77);
      world.db.execute(
          "INSERT INTO public.reports (id, scenario_id, format, file_path, created_at) VALUES ('%s',"
                  .formatted(id)
              + " gen_random_uuid(), 'pdf', 'again.pdf', '%s')".formatted(created));

      assertThat(world.run().status()).isEqualTo("completed");

      assertThat(world.object(location)).isEqualTo(content);
      assertThat(world.db.value("SELECT s3_location FROM reports_archive")).isNotEqualTo(location);
    }
  }

  @Test
  void objectsPastTheirOwnRetentionAreDeletedButForThoseThatAreHeld() throws IOException {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      expireAfter(world, "199 days");
      world.db.value(
          "SELECT archive.hold('reports', matching => jsonb_build_object('file_path', 'b.pdf'), reason => 'case')");

      assertThat(world.purge().objects().expired()).isEqualTo(1);

      assertThat(
              world.db.rows(
                  "SELECT file_path, object_expires_at IS NOT NULL FROM reports_archive ORDER BY 1"))
          .hasToString("[[a.pdf, t], [b.pdf, f]]");
      assertThat(world.objects())
          .singleElement()
          .asString()
          .contains(
              world.db.value("SELECT id::text FROM reports_archive WHERE file_path = 'b.pdf'"));
      assertThat(world.db.archive().verify("reports").ok()).isTrue();
      assertThat(world.purge().job()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"before expire", "after expire"})
  void objectsExpireInTheEndWhereverItIsKilled(String step) {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      expireAfter(world, "199 days");
      killAt(world, step);
      assertThatThrownBy(world::purge).isInstanceOf(Killed.class);
      world.onStoreCall(call -> {});

      world.purge();

      assertThat(world.objects()).isEmpty();
      assertThat(world.db.number("SELECT count(*) FROM archive.expiring_objects")).isZero();
    }
  }

  /**
   * The report's object was released, came back, and is archived again: it has its time before it.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReportThatIsArchivedAgainKeepsItsObject(boolean held) throws IOException {
    try (ReportWorld world = archived("a.pdf")) {
      expireAfter(world, "199 days");
      killAt(world, "before expire");
      assertThatThrownBy(world::purge).isInstanceOf(Killed.class);
      world.onStoreCall(call -> {});
      assertThat(world.db.number("SELECT count(*) FROM archive.expiring_objects")).isEqualTo(1);

      assertThat(
              world
                  .restore("{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"hold\": \"0\"}")
                  .status())
          .isEqualTo("completed");
      assertThat(world.db.rows("SELECT * FROM archive.expiring_objects")).isEmpty();
      assertThat(world.run().status()).isEqualTo("completed");
      if (held) {
        world.db.value("SELECT archive.hold('reports', reason => 'case')");
      } else {
        expireAfter(world, "3 years");
      }

      assertThat(world.purge().objects().expired()).isZero();
      world.assertAllArchived();
    }
  }

  @Test
  void anObjectThatNoReportReleasesIsForgotten() throws IOException {
    try (ReportWorld world = archived("a.pdf")) {
      expireAfter(world, "3 years");
      world.db.execute(
          "INSERT INTO archive.expiring_objects SELECT s3_location, 'reports' FROM public.reports_archive");

      PurgeOutcome purged = world.purge();

      assertThat(purged.failure()).isEmpty();
      assertThat(purged.objects().expired()).isZero();
      world.assertAllArchived();
      assertThat(world.db.rows("SELECT * FROM archive.expiring_objects")).isEmpty();
      assertThat(world.purge().job()).isEmpty();
    }
  }

  /** The hold waits for the object in hand, and no other goes after it. */
  @Test
  void aHoldThatIsMadeWhileObjectsExpireKeepsTheOthers() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      expireAfter(world, "199 days");
      List<Future<?>> holds = new ArrayList<>();
      world.onStoreCall(
          call -> {
            if (call.equals("before expire") && holds.isEmpty()) {
              holds.add(thread.submit(() -> holdAll(world)));
              assertThatSoon(() -> assertThat(waitingForTheHoldsLock(world)).isEqualTo(1));
            }
          });

      PurgeOutcome purged = world.purge();

      assertThat(purged.failure()).isEmpty();
      assertThat(purged.objects().expired()).isEqualTo(1);
      holds.get(0).get();
      assertThat(world.objects()).hasSize(1);
      assertThat(world.db.number("SELECT count(*) FROM archive.expiring_objects")).isEqualTo(1);

      assertThat(world.purge().objects().kept()).isEqualTo(1);
      assertThat(world.objects()).hasSize(1);
      assertThat(world.db.rows("SELECT * FROM archive.expiring_objects")).isEmpty();
      assertThat(
              world.db.number(
                  "SELECT count(*) FROM reports_archive WHERE object_expires_at IS NOT NULL"))
          .isEqualTo(1);
    } finally {
      thread.shutdownNow();
    }
  }

  private static Void holdAll(ReportWorld world) throws SQLException {
    try (Connection connection = world.db.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT archive.hold('reports', reason => 'case')");
    }
    return null;
  }

  private static long waitingForTheHoldsLock(ReportWorld world) {
    return world.db.number(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1095910217 AND NOT granted"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
  }

  /** What is in the bin may come back; its object is asked for again then. */
  @Test
  void anObjectWhoseReportIsInTheBinDoesNotExpire() throws IOException {
    try (ReportWorld world = archived("a.pdf")) {
      expireAfter(world, "199 days");
      killAt(world, "before expire");
      assertThatThrownBy(world::purge).isInstanceOf(Killed.class);
      world.onStoreCall(call -> {});
      world.db.execute(
          "UPDATE archive.policies SET archive_after = '90 days', keep_for = '100 days',"
              + " settings = settings - 'object_keep_for' WHERE name = 'reports'");
      world.binFor("30 days");

      assertThat(fates(world.purge())).containsExactly("BINNED");
      assertThat(world.objects()).hasSize(1);
      assertThat(world.db.number("SELECT count(*) FROM archive.expiring_objects")).isEqualTo(1);

      assertThat(world.purges().empty("reports", true).objects().deleted()).isEqualTo(1);
      assertThat(world.objects()).isEmpty();
      assertThat(world.db.rows("SELECT * FROM archive.expiring_objects")).isEmpty();
    }
  }

  private static void expireAfter(ReportWorld world, String objectKeepFor) {
    world.db.execute(
        "UPDATE archive.policies SET keep_for = '5 years', settings = settings || jsonb_build_object('object_keep_for', '%s') WHERE name = 'reports'"
            .formatted(objectKeepFor));
    world.binFor("0");
  }

  private static void killAt(ReportWorld world, String step) {
    world.onStoreCall(
        call -> {
          if (call.equals(step)) {
            throw new Killed();
          }
        });
  }

  /** A database that went back in time knows nothing of the tag. */
  @Test
  void aTagOfAForgottenPurgeIsSeenAndTakenBack() throws IOException {
    S3Server server = S3Server.s3mock();
    String bucket = "b-" + UUID.randomUUID();
    server.createBucket(bucket);
    try (ReportWorld world = new ReportWorld(home, server.settings("s3://" + bucket + "/here"))) {
      world.report("a.pdf");
      assertThat(world.run().status()).isEqualTo("completed");
      world.backUp();
      expireAfter(world, "199 days");
      assertThat(world.purge().objects().expired()).isEqualTo(1);
      String key = "here/" + world.objects().get(0);
      assertThat(server.tags(bucket, key)).containsExactly("archivist-expire=yes");
      assertThat(world.verify(true).problems()).isEmpty();
      world.restoreBackup();

      assertThat(world.verify(true).problems())
          .singleElement()
          .extracting(VerifyOutcome.Problem::problem)
          .asString()
          .contains("tagged to expire");
      assertThat(world.reconciler().apply("reports").exitCode()).isZero();

      assertThat(server.tags(bucket, key)).isEmpty();
      assertThat(world.verify(true).problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anObjectOfTheBinThatIsGoneOrDamagedIsSeen(boolean gone) throws IOException {
    try (ReportWorld world = archived("a.pdf", "b.pdf")) {
      world.purge();
      assertThat(world.verify(true).problems()).isEmpty();
      assertThat(world.verify(true).checked()).isEqualTo(2);
      String location = world.db.value("SELECT min(location) FROM archive.bin_objects");
      Path object = Path.of(URI.create(location));
      if (gone) {
        Files.delete(object);
      } else {
        Files.write(object, new byte[(int) Files.size(object)]);
      }

      assertThat(world.verify(true).problems())
          .singleElement()
          .extracting(VerifyOutcome.Problem::location)
          .isEqualTo(location);
      assertThat(world.reconciler().look("reports").exitCode()).isEqualTo(gone ? 1 : 0);
    }
  }

  @Test
  void aBucketsObjectIsOnlyTaggedAndAHoldTakesTheTagBack() throws IOException {
    S3Server server = S3Server.s3mock();
    String bucket = "b-" + UUID.randomUUID();
    server.createBucket(bucket);
    try (ReportWorld world = new ReportWorld(home, server.settings("s3://" + bucket + "/here"))) {
      world.report("a.pdf");
      assertThat(world.run().status()).isEqualTo("completed");
      world.db.execute(
          "UPDATE archive.policies SET settings = settings || '{\"object_keep_for\": \"199 days\"}' WHERE name = 'reports'");
      String key = "here/" + world.objects().get(0);

      assertThat(world.purge().objects().expired()).isEqualTo(1);
      assertThat(server.tags(bucket, key)).containsExactly("archivist-expire=yes");
      world.assertAllArchived();

      world.db.value("SELECT archive.hold('reports', reason => 'case')");
      PurgeOutcome purged = world.purge();
      assertThat(purged.failure()).isEmpty();
      assertThat(purged.objects().kept()).isEqualTo(1);
      assertThat(server.tags(bucket, key)).isEmpty();
      assertThat(world.db.value("SELECT object_expires_at FROM reports_archive")).isNull();
      assertThat(world.purge().job()).isEmpty();
    }
  }
}
