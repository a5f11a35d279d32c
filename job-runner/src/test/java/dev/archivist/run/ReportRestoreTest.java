package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.document.RestorePlan;
import dev.archivist.engine.error.ArchiveError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports come back to their paths as they were, wherever the way back is cut short. */
class ReportRestoreTest {
  private static final String ALL = "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\"}";
  private static final String UNHELD =
      "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"hold\": \"0\"}";

  @TempDir Path home;

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final String ROWS =
      "SELECT t::text FROM (SELECT id, scenario_id, format, file_path, file_size_bytes,"
          + " generated_by, extra_data, created_at FROM reports) t ORDER BY 1";

  @Test
  void bringsReportsBackByteForByte() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.report("2024/b c.pdf");
      world.report("2024/ü/deep/d.pdf");
      List<List<String>> rows = world.db.rows(ROWS);
      world.run();
      world.assertAllArchived();
      deleteDirectories(world);

      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.status()).isEqualTo("completed");
      assertThat(outcome.total().processed()).isEqualTo(3);
      assertThat(outcome.total().bytes()).isEqualTo(60_000);
      world.assertAllLive();
      assertThat(world.db.rows(ROWS)).isEqualTo(rows);
      assertThat(world.localFiles()).hasSize(3);
      assertThat(
              world.db.rows(
                  "SELECT sum(rows), sum(bytes), sum(digest_a) FROM archive.batches"
                      + " WHERE policy = 'reports'"))
          .hasToString("[[0, 0, 0]]");
      assertThat(world.db.value("SELECT kind FROM archive.active_holds")).isEqualTo("restore");
    }
  }

  private static void deleteDirectories(ReportWorld world) throws IOException {
    Files.delete(world.root.resolve("2024/ü/deep"));
    Files.delete(world.root.resolve("2024/ü"));
    Files.delete(world.root.resolve("2024"));
  }

  @Test
  void keepsThemLiveWhileTheyAreHeldAndArchivesThemAgainAfterwards() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.report("b.pdf");
      world.run();
      world.restore(ALL);

      world.run();
      world.assertAllLive();
      world.db.execute("SELECT archive.release_hold(hold_id) FROM archive.active_holds");
      assertThat(world.run().status()).isEqualTo("completed");

      world.assertAllArchived();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"before open", "after open", "before delete"})
  void losesNothingWhereverItIsKilled(String step) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.report("b.pdf");
      world.run();
      world.onStoreCall(
          call -> {
            if (call.equals(step)) {
              throw new Killed();
            }
          });

      assertThatThrownBy(() -> world.restore(ALL)).isInstanceOf(Killed.class);
      world.assertNothingLost();
      assertThat(world.db.value("SELECT status FROM archive_jobs WHERE action = 'restore'"))
          .isEqualTo("running");

      world.onStoreCall(call -> {});
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      world.assertAllLive();
      assertThat(
              world.db.rows("SELECT status FROM archive_jobs WHERE action = 'restore' ORDER BY 1"))
          .hasToString("[[completed], [failed]]");
      assertThat(world.db.number("SELECT count(*) FROM archive.holds")).isEqualTo(1);
    }
  }

  /** The file is in its place then, and its row is still archived. */
  @Test
  void goesOnWhereTheDatabaseWentBetweenTheFileAndTheCommit() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.run();
      world.onStoreCall(
          call -> {
            if (call.equals("after open")) {
              world.db.execute(
                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      + " WHERE application_name = 'archivist job reports'"
                      + " AND datname = current_database()");
            }
          });

      JobOutcome cut = world.restore(ALL);

      assertThat(cut.failure().orElseThrow().error()).isEqualTo(ArchiveError.DATABASE_UNREACHABLE);
      assertThat(world.localFiles()).hasToString("[a.pdf]");
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(1);
      world.onStoreCall(call -> {});
      world.run();
      world.assertNothingLost();
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      world.assertAllLive();
    }
  }

  @Test
  void theNextRunDeletesTheObjectThatAKilledRestoreLeft() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.run();
      world.onStoreCall(
          call -> {
            if (call.equals("before delete")) {
              throw new Killed();
            }
          });
      assertThatThrownBy(() -> world.restore(ALL)).isInstanceOf(Killed.class);
      assertThat(world.objects()).hasSize(1);
      world.onStoreCall(call -> {});

      world.run();

      world.assertAllLive();
    }
  }

  @Test
  void anObjectThatIsReferredToAgainIsNeverDeleted() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.run();
      world.db.execute(
          "INSERT INTO archive.stray_objects (location, policy)"
              + " SELECT s3_location, 'reports' FROM public.reports_archive");

      world.run();

      world.assertAllArchived();
      assertThat(world.db.rows("SELECT * FROM archive.stray_objects")).isEmpty();
    }
  }

  @Test
  void anObjectThatCannotBeDeletedIsNotedAndTriedAgain() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.run();
      world.onStoreCall(
          call -> {
            if (call.equals("before delete")) {
              throw new dev.archivist.failure.ArchiveFailure(
                  ArchiveError.STORE_DENIED, "deleting is denied", "Ask.");
            }
          });

      assertThat(world.restore(ALL).status()).isEqualTo("completed");

      world.assertNothingLost();
      assertThat(world.notes).singleElement().asString().contains("deleting is denied");
      assertThat(world.objects()).hasSize(1);
      world.onStoreCall(call -> {});
      world.restore(ALL);
      world.assertAllLive();
    }
  }

  @Test
  void aReportInColdStorageStaysAndTheOthersGoOn() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.report("b.pdf");
      world.run();
      boolean[] done = {false};
      world.onStoreCall(
          call -> {
            if (call.equals("before open") && !done[0]) {
              done[0] = true;
              throw new dev.archivist.failure.ArchiveFailure(
                  ArchiveError.OBJECT_FROZEN, "it is in Glacier", "Restore it in S3 first.");
            }
          });

      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.problems()).singleElement().asString().contains("it is in Glacier");
      assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(1);
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      world.assertAllLive();
    }
  }

  @Test
  void neverOverwritesAnotherFile() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      world.report("b.pdf");
      world.run();
      assertThat(world.restorePreview(ALL).conflicts()).isEmpty();
      Files.writeString(world.root.resolve("a.pdf"), "another one");

      List<RestorePlan.Conflict> conflicts = world.restorePreview(ALL).conflicts();
      assertThat(conflicts).hasSize(1);
      assertThat(conflicts.get(0).rows()).isEqualTo(1);
      assertThat(conflicts.get(0).shown().get(0))
          .startsWith("report " + id + ": another file is where the report was");
      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .startsWith(id + ": another file is where the report was");
      assertThat(world.root.resolve("a.pdf")).hasContent("another one");
      assertThat(world.db.value("SELECT id FROM reports_archive")).isEqualTo(id.toString());
      assertThat(world.db.value("SELECT error_message FROM archive_jobs WHERE action = 'restore'"))
          .startsWith("1 report stays: " + id);
      Files.delete(world.root.resolve("a.pdf"));
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      world.assertAllLive();
    }
  }

  /** Neither the object nor the file that comes back gives anybody more than the file did. */
  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-r-----", "r--r--r--", "r--------"})
  void permissionsAreTheFilesAllTheWay(String permissions) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("of/one.csv");
      Path file = world.root.resolve("of/one.csv");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-x---"));

      world.run();

      Path object = Path.of(URI.create(world.db.value("SELECT s3_location FROM reports_archive")));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(object)))
          .isEqualTo(permissions);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(object.getParent())))
          .isEqualTo("rwx------");
      world.assertAllArchived();

      assertThat(world.restore(ALL).failure()).isEmpty();

      assertThat(Files.readAllBytes(file)).isEqualTo(world.content(id));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo(permissions);
    }
  }

  /**
   * Who may write the store may write them; the database has them, too, and the digest sees them.
   */
  @Test
  void permissionsAreNotForTheStoreToSay() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("one.csv");
      Path file = world.root.resolve("one.csv");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
      String group = Files.readAttributes(file, PosixFileAttributes.class).group().getName();
      world.run();
      assertThat(world.db.value("SELECT file_rights FROM reports_archive"))
          .isEqualTo("rw-r----- " + group);
      Files.setPosixFilePermissions(
          object(world, id), PosixFilePermissions.fromString("rwxrwxrwx"));

      assertThat(world.restore(ALL).failure()).isEmpty();

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-r-----");
    }
  }

  /** An archive of before, or of a file system without permissions. */
  @Test
  void whereTheDatabaseHasNoneFewMayReadIt() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("one.csv");
      world.run();
      world.db.execute("UPDATE public.reports_archive SET file_rights = NULL");
      assertThat(world.db.archive().verify("reports").ok()).isFalse();
      Files.setPosixFilePermissions(
          object(world, id), PosixFilePermissions.fromString("rwxrwxrwx"));

      assertThat(world.restore(ALL).failure()).isEmpty();

      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(world.root.resolve("one.csv"))))
          .isEqualTo("rw-r-----");
    }
  }

  @Test
  void takesAFileThatIsThereAlready() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      world.run();
      Files.write(world.root.resolve("a.pdf"), world.content(id));

      assertThat(world.restorePreview(ALL).conflicts()).isEmpty();
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      world.assertAllLive();
    }
  }

  @Test
  void leavesAReportWhoseObjectIsMissingOrDamagedAndGoesOn() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID missing = world.report("a.pdf");
      UUID damaged = world.report("b.pdf");
      UUID cut = world.report("c.pdf");
      UUID whole = world.report("d.pdf");
      UUID another = world.report("e.pdf");
      world.run();
      Files.delete(object(world, missing));
      // well compressed and as long as it should be, but not the report's
      Files.copy(object(world, whole), object(world, another), StandardCopyOption.REPLACE_EXISTING);
      byte[] bytes = Files.readAllBytes(object(world, damaged));
      bytes[bytes.length / 2] ^= 1;
      Files.write(object(world, damaged), bytes);
      byte[] half = Files.readAllBytes(object(world, cut));
      Files.write(object(world, cut), java.util.Arrays.copyOf(half, half.length / 2));

      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.problems()).hasSize(4);
      assertThat(String.join("\n", outcome.problems()))
          .contains(missing + ": there is no object")
          .contains(damaged + ": the stored report is not what was sent")
          .contains(cut + ": the stored report is not what was sent")
          .contains(another + ": the stored report is not what was sent: its content has another");
      assertThat(world.db.value("SELECT id FROM reports")).isEqualTo(whole.toString());
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(4);
      assertThat(world.localFiles()).hasToString("[d.pdf]");
      assertThat(world.root.resolve("d.pdf")).hasBinaryContent(world.content(whole));
    }
  }

  private static Path object(ReportWorld world, UUID report) {
    return Path.of(
        java.net.URI.create(
            world.db.value("SELECT s3_location FROM reports_archive WHERE id = ?", report)));
  }

  @Test
  void refusesWhereAReportOfTheSameIdIsLive() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      world.report("b.pdf");
      world.run();
      world.db.execute(
          "INSERT INTO public.reports (id, scenario_id, format, file_path) VALUES ('"
              + id
              + "', gen_random_uuid(), 'pdf', 'other.pdf')");

      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.failure().orElseThrow().error()).isEqualTo(ArchiveError.RESTORE_CONFLICT);
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(2);
      assertThat(world.localFiles()).isEmpty();
      assertThat(
              world.db.rows(
                  "SELECT status, error_message LIKE '%reports_pkey: 1 row: (id)=(%'"
                      + " FROM archive_jobs WHERE action = 'restore'"))
          .hasToString("[[failed, t]]");
    }
  }

  @Test
  void aReportThatBecomesLiveMeanwhileStaysArchivedAndTheOthersGoOn() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      UUID other = world.report("b.pdf");
      world.run();
      boolean[] done = {false};
      world.onStoreCall(
          call -> {
            if (call.equals("after open") && !done[0]) {
              done[0] = true;
              world.db.execute(
                  "INSERT INTO public.reports (id, scenario_id, format, file_path) VALUES ('"
                      + id
                      + "', gen_random_uuid(), 'pdf', 'other.pdf')");
            }
          });

      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.problems()).singleElement().asString().startsWith(id + ": archived rows");
      assertThat(world.db.value("SELECT id FROM reports_archive")).isEqualTo(id.toString());
      assertThat(world.db.number("SELECT count(*) FROM reports WHERE id = ?", other)).isEqualTo(1);
      assertThat(world.objects()).hasSize(1);
      assertThat(world.db.archive().verify("reports").ok()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out.pdf", "sub/../../out.pdf", "link/out.pdf", "loop/../a.pdf"})
  void writesNothingOutsideTheReportsDirectory(String path) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      world.run();
      Files.createDirectories(home.resolve("elsewhere"));
      Files.createSymbolicLink(world.root.resolve("link"), home.resolve("elsewhere"));
      Files.createSymbolicLink(world.root.resolve("loop"), home.resolve("elsewhere"));
      world.db.execute("UPDATE public.reports_archive SET file_path = '" + path + "'");

      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .startsWith(id + ": the report's path leaves the reports' directory");
      assertThat(home.resolve("out.pdf")).doesNotExist();
      assertThat(home.resolve("elsewhere")).isEmptyDirectory();
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(1);
    }
  }

  @Test
  void finishesTheReportInHandWhenToldToStop() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      for (int i = 0; i < 4; i++) {
        world.report(i + ".pdf");
      }
      world.run();
      StopSignal stop = new StopSignal();
      world.onStoreCall(call -> stop.request());

      JobOutcome outcome = world.restore(ALL, stop);

      assertThat(outcome.status()).isEqualTo("cancelled");
      assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(1);
      world.assertNothingLost();
      world.onStoreCall(call -> {});
      assertThat(world.restore(ALL).status()).isEqualTo("completed");
      world.assertAllLive();
    }
  }

  @Test
  void restoresWithoutAHoldIfToldSo() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.run();

      world.restore(UNHELD);

      assertThat(world.db.rows("SELECT * FROM archive.holds")).isEmpty();
      world.assertAllLive();
      world.run();
      world.assertAllArchived();
    }
  }

  @Test
  void refusesACopyOfReports() {
    try (ReportWorld world = new ReportWorld(home)) {
      JobOutcome outcome =
          world.restore("{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"into\": \"copy\"}");

      assertThat(outcome.failure().orElseThrow())
          .hasMessageContaining("archives files")
          .extracting(failure -> failure.error())
          .isEqualTo(ArchiveError.POLICY_REFUSED);
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenToIsSaid() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("sub/a.pdf");
      world.run();
      Files.delete(world.root.resolve("sub"));
      Files.writeString(world.root.resolve("sub"), "a file where a directory was");

      JobOutcome outcome = world.restore(ALL);

      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .startsWith(id + ": the report's file cannot be written");
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(1);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
