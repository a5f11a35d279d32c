package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.store.ArchiveStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Offloading that is cut short between any two steps, and the run after it. */
class OffloadCrashTest {
  @TempDir Path home;

  /** As a kill would: no catch of ours knows it, so the job is not even closed. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @ValueSource(strings = {"before put", "after put", "before open", "after open"})
  void losesNothingWhereverItIsKilled(String step) throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.report("b.pdf");
      world.onStoreCall(
          call -> {
            if (call.equals(step)) {
              throw new Killed();
            }
          });

      assertThatThrownBy(world::run).isInstanceOf(Killed.class);
      world.assertNothingLost();
      assertThat(world.localFiles()).hasSize(2);
      assertThat(world.db.value("SELECT status FROM archive_jobs")).isEqualTo("running");

      world.onStoreCall(call -> {});
      List<String> left = world.objects();
      assertThat(world.run().status()).isEqualTo("completed");
      assertThat(world.objects()).as("nobody takes it for another's").containsAll(left);
      world.remove(left);
      world.assertAllArchived();
      assertThat(world.db.rows("SELECT status FROM archive_jobs ORDER BY created_at"))
          .hasToString("[[failed], [completed]]");
      assertThat(world.db.value("SELECT min(error_message) FROM archive_jobs"))
          .startsWith("interrupted");
    }
  }

  @Test
  void deletesNothingWhereTheDatabaseGoesBeforeTheCommit() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.onStoreCall(call -> cutConnectionsAt("after open", call, world));

      JobOutcome cut = world.run();

      assertThat(cut.failure().orElseThrow().error()).isEqualTo(ArchiveError.DATABASE_UNREACHABLE);
      assertThat(cut.exitCode()).isEqualTo(3);
      world.assertNothingLost();
      assertThat(world.localFiles()).hasSize(1);
      world.onStoreCall(call -> {});
      world.remove(world.objects());
      assertThat(world.run().status()).isEqualTo("completed");
      world.assertAllArchived();
    }
  }

  private static void cutConnectionsAt(String step, String call, ReportWorld world) {
    if (call.equals(step)) {
      world.db.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'archivist job reports'"
              + " AND datname = current_database()");
    }
  }

  @Test
  void finishesWhatWasKilledBetweenCommitAndDeletion() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      world.report("b.pdf");
      world.run();
      // as if the first had been killed after its commit, and the second after its deletion
      Files.write(world.root.resolve("a.pdf"), world.content(id));
      world.db.execute("UPDATE public.reports_archive SET deleted_locally = false");

      assertThat(world.run().status()).isEqualTo("completed");

      world.assertAllArchived();
      assertThat(world.notes).isEmpty();
    }
  }

  @Test
  void keepsAFileThatIsNotWhatWasArchived() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      world.onStoreCall(
          call -> {
            if (call.equals("after open")) {
              write(world.root.resolve("a.pdf"), "written meanwhile");
            }
          });

      assertThat(world.run().status()).isEqualTo("completed");

      world.assertNothingLost();
      assertThat(world.notes).singleElement().asString().contains(id + ": local file kept: it is");
      assertThat(world.root.resolve("a.pdf")).hasContent("written meanwhile");
      assertThat(world.db.value("SELECT deleted_locally FROM reports_archive")).isEqualTo("f");
    }
  }

  @Test
  void leavesAReportWhoseRowIsUpdatedDuringTheUpload() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      UUID other = world.report("b.pdf");
      boolean[] done = {false};
      world.onStoreCall(
          call -> {
            if (call.equals("after put") && !done[0]) {
              done[0] = true;
              world.db.execute(
                  "UPDATE public.reports SET generated_by = 'someone' WHERE file_path = 'a.pdf'");
            }
          });

      JobOutcome outcome = world.run();

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.problems()).singleElement().asString().startsWith(id + ": the row was");
      assertThat(world.db.value("SELECT id FROM reports_archive")).isEqualTo(other.toString());
      assertThat(world.objects()).as("of the report that is archived").hasSize(1);
      world.assertNothingLost();
      assertThat(world.run().status()).isEqualTo("completed");
      world.assertAllArchived();
      assertThat(world.db.number("SELECT count(*) FROM reports_archive WHERE generated_by IS NULL"))
          .isEqualTo(1);
    }
  }

  @Test
  void leavesNoObjectOfAReportThatIsDeletedDuringTheUpload() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.onStoreCall(
          call -> {
            if (call.equals("after put")) {
              world.db.execute("DELETE FROM public.reports");
            }
          });

      JobOutcome outcome = world.run();

      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .contains("changed, deleted or held");
      assertThat(world.objects()).isEmpty();
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isZero();
    }
  }

  @Test
  void keepsAnObjectThatAKilledRunLeftOfAnOlderFile() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      byte[] older = world.content(id);
      world.onStoreCall(
          call -> {
            if (call.equals("after put")) {
              throw new Killed();
            }
          });
      assertThatThrownBy(world::run).isInstanceOf(Killed.class);
      world.rewrite(id, "a.pdf");
      world.onStoreCall(call -> {});
      String first = world.objects().get(0);

      assertThat(world.run().status()).isEqualTo("completed");

      world.assertNothingLost();
      assertThat(world.localFiles()).isEmpty();
      assertThat(world.objects()).hasSize(2).contains(first);
      try (ArchiveStore store = world.store()) {
        assertThat(world.object(store.uri(first))).isEqualTo(older);
      }
    }
  }

  @Test
  void neverReplacesTheObjectOfAnArchivedReport() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      UUID id = world.report("a.pdf");
      world.run();
      write(world.root.resolve("a.pdf"), "another report of the same id");
      world.db.execute(
          "INSERT INTO public.reports (id, scenario_id, format, file_path, created_at) SELECT id,"
              + " scenario_id, format, file_path, created_at FROM public.reports_archive");
      world.report("b.pdf");

      JobOutcome outcome = world.run();

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.problems()).singleElement().asString().contains("is archived already");
      assertThat(
              world.object(
                  world.db.value("SELECT s3_location FROM reports_archive WHERE id = ?", id)))
          .isEqualTo(world.content(id));
      assertThat(world.root.resolve("a.pdf")).hasContent("another report of the same id");
      assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(1);
      assertThat(world.db.number("SELECT count(*) FROM reports_archive")).isEqualTo(2);
    }
  }

  @Test
  void undoesAMoveThatATriggerKeptOutOfTheArchive() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      world.report("a.pdf");
      world.db.execute(
          "CREATE FUNCTION public.drop_row() RETURNS trigger LANGUAGE plpgsql AS"
              + " 'BEGIN RETURN NULL; END'",
          "CREATE TRIGGER t BEFORE INSERT ON public.reports_archive FOR EACH ROW"
              + " EXECUTE FUNCTION public.drop_row()",
          // The guards find a trigger that fires; this one fires for replicas only.
          "ALTER TABLE public.reports_archive ENABLE REPLICA TRIGGER t",
          "ALTER DATABASE " + world.db.name() + " SET session_replication_role = replica");

      JobOutcome outcome = world.run();

      assertThat(outcome.failure().orElseThrow().error())
          .isEqualTo(ArchiveError.BATCH_NOT_CONSERVED);
      assertThat(world.db.number("SELECT count(*) FROM reports")).isEqualTo(1);
      world.assertNothingLost();
      world.remove(world.objects());
      world.db.execute("DROP TRIGGER t ON public.reports_archive");
      assertThat(world.run().status()).isEqualTo("completed");
      world.assertAllArchived();
    }
  }

  @Test
  void finishesTheReportInHandWhenToldToStop() throws IOException {
    try (ReportWorld world = new ReportWorld(home)) {
      for (int i = 0; i < 5; i++) {
        world.report(i + ".pdf");
      }
      StopSignal stop = new StopSignal();
      world.onStoreCall(call -> stop.request());

      JobOutcome outcome = world.run(stop);

      assertThat(outcome.status()).isEqualTo("cancelled");
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(world.db.number("SELECT count(*) FROM reports_archive WHERE deleted_locally"))
          .isEqualTo(1);
      world.assertNothingLost();
      assertThat(world.run().status()).isEqualTo("completed");
      world.assertAllArchived();
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
