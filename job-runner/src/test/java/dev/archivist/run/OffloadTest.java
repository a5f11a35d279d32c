package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.store.StoreSettings;
import dev.archivist.store.s3.S3Server;
import dev.archivist.testing.HeldLock;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.MountedTmpfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Report files on their way into an object store. */
class OffloadTest {
  private static final int FULL_DISK_FILES = 4;

  @TempDir Path home;

  private static StoreSettings bucketOn(S3Server server) {
    String bucket = "b-" + UUID.randomUUID();
    server.createBucket(bucket);
    return server.settings("s3://" + bucket + "/some/prefix");
  }

  private ReportWorld worldOn(String store) {
    return switch (store) {
      case "s3mock" -> new ReportWorld(home, bucketOn(S3Server.s3mock()));
      case "s3proxy" -> new ReportWorld(home, bucketOn(S3Server.s3proxy()));
      default -> new ReportWorld(home);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"directory", "s3mock", "s3proxy"})
  void archivesEveryReportByteForByteUnderItsMonthAndId(String store) throws IOException {
    try (ReportWorld world = worldOn(store)) {
      UUID plain = world.report("2024/a.pdf");
      world.report("with spaces/übersicht – März №1.pdf");
      world.report("'quoted' \"and\" %00 ; -- $(x).csv");
      UUID absolute = world.report("b.pdf");
      world.db.execute(
          "UPDATE public.reports SET file_path = '"
              + world.root.resolve("b.pdf")
              + "', created_at = '2024-02-29 23:59:59.999999+00', format = 'XLSX'"
              + " WHERE file_path = 'b.pdf'");
      LiveData.file(world.root.resolve("young.pdf"), 100, 1);
      LiveData.report(world.db, "young.pdf", 179);

      JobOutcome outcome = world.run();

      assertThat(outcome.problems()).isEmpty();
      assertThat(outcome.exitCode()).isZero();
      assertThat(outcome.total().archived()).isEqualTo(4);
      assertThat(outcome.total().bytes()).isEqualTo(80_000);
      world.assertNothingLost();
      assertThat(world.localFiles()).hasToString("[young.pdf]");
      assertThat(world.db.number("SELECT count(*) FROM reports_archive WHERE deleted_locally"))
          .isEqualTo(4);
      String month =
          world.db.value(
              "SELECT to_char(created_at, 'YYYY/MM') FROM reports_archive WHERE id = ?", plain);
      assertThat(world.objects())
          .anyMatch(
              key ->
                  key.matches(
                      "archived-reports/" + month + "/" + plain + "\\.[0-9a-f]{16}\\.pdf\\.zst"))
          .anyMatch(
              key ->
                  key.matches(
                      "archived-reports/2024/02/" + absolute + "\\.[0-9a-f]{16}\\.xlsx\\.zst"))
          .hasSize(4);
      assertThat(world.db.value("SELECT DISTINCT left(s3_location, 4) FROM reports_archive"))
          .isEqualTo(store.equals("directory") ? "file" : "s3:/");
    }
  }

  @Test
  void compressesWithGzipWhereThePolicySaysSo() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      world.db.execute(
          "UPDATE archive.policies SET settings = settings || '{\"codec\": \"gzip\"}' WHERE name = 'reports'");

      world.run();

      world.assertAllArchived();
      assertThat(world.objects().get(0)).contains("/" + id + ".").endsWith(".pdf.gz");
    }
  }

  @Test
  void keepsAFileUntilTheLastReportThatNamesItIsArchived() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID first = world.report("shared/a.pdf");
      UUID young = world.reportOf(first, "shared/../shared/a.pdf", 10);

      world.run();

      assertThat(world.localFiles()).hasToString("[shared/a.pdf]");
      assertThat(world.notes).singleElement().asString().contains("a live report refers to it");
      assertThat(world.db.value("SELECT id FROM reports_archive WHERE NOT deleted_locally"))
          .isEqualTo(first.toString());
      world.db.execute(
          "UPDATE public.reports SET created_at = created_at - interval '180 days' WHERE id = '"
              + young
              + "'");
      assertThat(world.run().status()).isEqualTo("completed");
      assertThat(world.localFiles()).isEmpty();
      world.run();
      world.assertAllArchived();
    }
  }

  @Test
  void leavesReportsItCannotReadAndArchivesTheOthers() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      Path secret = Files.writeString(home.resolve("secret.txt"), "not a report");
      Files.createSymbolicLink(world.root.resolve("link.pdf"), secret);
      Files.createSymbolicLink(world.root.resolve("dir"), home);
      Files.createDirectory(world.root.resolve("folder"));
      Files.createFile(world.root.resolve("empty.pdf"));
      LiveData.file(world.root.resolve("large.pdf"), 1_000_001, 1);
      List<String> bad =
          List.of(
              "missing.pdf",
              "empty.pdf",
              "folder",
              "large.pdf",
              "../secret.txt",
              "a/../../secret.txt",
              secret.toString(),
              "link.pdf",
              "dir/secret.txt",
              " ");
      bad.forEach(path -> LiveData.report(world.db, path, 200));
      world.report("good.pdf");

      JobOutcome outcome = world.run();

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.problems()).hasSize(bad.size());
      assertThat(String.join("\n", outcome.problems()))
          .contains("the report's file is not there: 'missing.pdf'")
          .contains("the report's file is empty: 'empty.pdf'")
          .contains("the report's file is not a regular file: 'folder'")
          .contains("the report's file has 1000001 bytes, more than 1000000: 'large.pdf'")
          .contains("the report's path leaves the reports' directory: '../secret.txt'")
          .contains("the report's path leaves the reports' directory: 'a/../../secret.txt'")
          .contains("the report's path leaves the reports' directory: '" + secret + "'")
          .contains("the report's path leaves the reports' directory: 'link.pdf'")
          .contains("the report's path leaves the reports' directory: 'dir/secret.txt'")
          .contains("the report names no file");
      assertThat(world.db.value("SELECT error_message FROM archive_jobs"))
          .startsWith("10 reports stay: ");
      assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(bad.size());
      assertThat(world.objects()).hasSize(1);
      assertThat(secret).hasContent("not a report");
      world.assertNothingLost();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://no-such-bucket-anywhere", "wrong key", "nobody listens"})
  void touchesNothingWhereTheStoreCannotBeUsed(String fault) throws IOException {
    S3Server server = S3Server.s3proxy();
    StoreSettings store =
        switch (fault) {
          case "wrong key" ->
              new StoreSettings(
                  "s3://b", server.accessKey(), "TOPSECRET", "us-east-1", server.endpoint());
          case "nobody listens" ->
              new StoreSettings("s3://b", "a", "TOPSECRET", "us-east-1", "http://127.0.0.1:1");
          default -> server.settings(fault);
        };
    try (ReportWorld world = new ReportWorld(home, store)) {
      world.report("a.pdf");

      JobOutcome outcome = world.run();

      assertThat(outcome.exitCode()).isEqualTo(3);
      assertThat(outcome.failure().orElseThrow().error().name()).startsWith("STORE_");
      assertThat(world.db.value("SELECT error_message FROM archive_jobs WHERE status = 'failed'"))
          .startsWith("cannot use s3://")
          .doesNotContain("TOPSECRET");
      assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(1);
      assertThat(world.localFiles()).hasSize(1);
    }
  }

  /** As one row of a table does that is moved: it concerns itself alone. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER format SET NOT NULL",
        "ADD CHECK (file_path <> 'in/refused.pdf')",
        "ADD UNIQUE (scenario_id)",
        "ADD FOREIGN KEY (scenario_id) REFERENCES public.known_scenarios"
      })
  void leavesAReportWhoseRowTheArchiveRefusesAndArchivesTheOthers(String stricter)
      throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID first = world.report("a.pdf");
      UUID refused = world.report("in/refused.pdf");
      UUID last = world.report("z.pdf");
      String update = "UPDATE public.reports SET created_at = timestamptz '2020-01-01 00:00Z'";
      world.db.execute(
          "ALTER TABLE public.reports ALTER format DROP NOT NULL",
          "ALTER TABLE public.reports_archive ALTER format DROP NOT NULL",
          update + " WHERE id = '" + first + "'",
          update + " + interval '1 day', format = NULL WHERE id = '" + refused + "'",
          update + " + interval '2 days' WHERE id = '" + last + "'",
          "CREATE TABLE public.known_scenarios (id uuid PRIMARY KEY)",
          "GRANT SELECT ON public.known_scenarios TO PUBLIC",
          "INSERT INTO public.known_scenarios SELECT scenario_id FROM public.reports"
              + " WHERE format IS NOT NULL");
      if (stricter.contains("UNIQUE")) {
        world.db.execute(
            "UPDATE public.reports SET scenario_id ="
                + " (SELECT scenario_id FROM public.reports WHERE id = '"
                + first
                + "') WHERE format IS NULL");
      }
      world.db.execute("ALTER TABLE public.reports_archive " + stricter);

      JobOutcome outcome = world.run();

      assertThat(outcome.failure()).isEmpty();
      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .startsWith(refused + ": the archive refuses the report's row: ")
          .contains("(SQLSTATE 23")
          .doesNotContain("Failing row");
      assertThat(outcome.status()).isEqualTo("failed");
      assertThat(outcome.total().deleted()).isEqualTo(2);
      assertThat(world.db.value("SELECT string_agg(id::text, ',') FROM public.reports"))
          .isEqualTo(refused.toString());
      assertThat(world.localFiles()).hasToString("[in/refused.pdf]");
      assertThat(world.objects()).hasSize(2).noneMatch(key -> key.contains(refused.toString()));
    }
  }

  @Test
  void completesInTheNextRunWhatAStoreThatGoesDownMidwayLeft() throws IOException {
    S3Server server = S3Server.s3mock();
    StoreSettings direct = bucketOn(server);
    try (Gateway gateway = Gateway.to(server.endpoint());
        ReportWorld world =
            new ReportWorld(
                home,
                new StoreSettings(
                    direct.uri(),
                    direct.accessKey(),
                    direct.secretKey(),
                    direct.region(),
                    gateway.endpoint()))) {
      for (int i = 0; i < 4; i++) {
        world.report(i + ".pdf");
      }
      int[] puts = {0};
      world.onStoreCall(
          call -> {
            if (call.equals("before put") && ++puts[0] == 3) {
              gateway.cut();
            }
          });

      JobOutcome down = world.run();

      assertThat(down.exitCode()).isEqualTo(3);
      assertThat(down.failure().orElseThrow().error()).isEqualTo(ArchiveError.STORE_UNREACHABLE);
      assertThat(down.total().archived()).isEqualTo(2);
      assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(2);
      assertThat(world.localFiles()).hasSize(2);
      gateway.mend();
      world.assertNothingLost();
      assertThat(world.run().status()).isEqualTo("completed");
      world.assertAllArchived();
    }
  }

  @Test
  void completesInTheNextRunWhatAFullStoreLeft() throws IOException {
    Path disk = home.resolve("disk");
    try (MountedTmpfs mounted = MountedTmpfs.mount(disk, "size=64k");
        ReportWorld world =
            new ReportWorld(home, StoreSettings.of(mounted.path().resolve("store").toString()))) {
      for (int i = 0; i < FULL_DISK_FILES; i++) {
        world.report(i + ".pdf");
      }
      Path filler = Files.write(disk.resolve("filler"), new byte[24_000]);

      JobOutcome full = world.run();

      assertThat(full.exitCode()).isEqualTo(3);
      assertThat(full.failure().orElseThrow().error()).isEqualTo(ArchiveError.STORE_FULL);
      assertThat(world.db.number("SELECT count(*) FROM reports")).isBetween(1L, 3L);
      world.assertNothingLost();
      Files.delete(filler);
      assertThat(world.run().status()).isEqualTo("completed");
      world.assertAllArchived();
    }
  }

  @Test
  void thatSomeoneIsInTheWayOfTheEndDoesNotFailIt() throws Exception {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      AtomicReference<HeldLock> audit = new AtomicReference<>();
      world.onStoreCall(
          call -> {
            if (call.equals("after open")) {
              audit.set(HeldLock.of(world.db, HeldLock.AUDIT));
            }
          });

      JobOutcome outcome = world.run(Duration.ofMillis(100));

      audit.get().close();
      assertThat(outcome.failure()).isEmpty();
      assertThat(outcome.status()).isEqualTo("completed");
      assertThat(world.db.value("SELECT status FROM archive_jobs")).isEqualTo("completed");
      world.assertAllArchived();
    }
  }

  @Test
  void goesOnWhereSomeoneLocksARow() throws Exception {
    try (ReportWorld world = new ReportWorld(home);
        var locker = world.db.connect();
        var statement = locker.createStatement()) {
      UUID locked = world.report("a.pdf");
      world.report("b.pdf");
      locker.setAutoCommit(false);
      statement.execute("SELECT 1 FROM public.reports WHERE id = '" + locked + "' FOR UPDATE");

      JobOutcome outcome = world.run(Duration.ofMillis(200));

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.problems()).singleElement().asString().startsWith(locked.toString());
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(1);
      locker.rollback();
      assertThat(world.run().status()).isEqualTo("completed");
      world.assertAllArchived();
    }
  }
}
