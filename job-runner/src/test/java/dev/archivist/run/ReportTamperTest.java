package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the digest leaves out of reports, because it changes after their archiving: verify compares
 * it with what purges have noted.
 */
class ReportTamperTest {
  @TempDir Path home;
  private ReportWorld world;

  @BeforeEach
  void archiveTwoReports() {
    world = new ReportWorld(home);
    world.binFor("30 days");
    world.report("a.csv");
    world.report("b.csv");
    assertThat(world.run().status()).isEqualTo("completed");
  }

  @AfterEach
  void dropDatabase() {
    world.close();
  }

  private void assertOneIsSeen(String change, String problem) {
    assertThat(world.verify(false).problems()).isEmpty();
    world.db.execute(change);

    assertThat(world.verify(false).problems())
        .singleElement()
        .extracting(VerifyOutcome.Problem::problem)
        .asString()
        .contains(problem);
  }

  private void release() {
    world.db.execute(
        "UPDATE archive.policies SET settings = settings || '{\"object_keep_for\": \"199 days\"}'"
            + " WHERE name = 'reports'");
    world.purge();
    assertThat(world.db.number("SELECT count(object_expires_at) FROM reports_archive"))
        .isEqualTo(2);
  }

  /** Else an object that somebody deletes would count as one past its retention. */
  @ParameterizedTest
  @ValueSource(strings = {"2020-01-01Z", "2200-01-01Z", "-infinity", "infinity"})
  void anObjectThatNoPurgeReleasedDoesNotExpire(String time) {
    assertOneIsSeen(
        "UPDATE public.reports_archive SET object_expires_at = '%s' WHERE file_path = 'a.csv'"
            .formatted(time),
        "another object_expires_at than a purge has noted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "public.reports_archive SET object_expires_at = NULL WHERE file_path = 'a.csv'",
        "public.reports_archive SET object_expires_at = object_expires_at - interval '1 microsecond'"
            + " WHERE file_path = 'a.csv'",
        "archive.released_objects SET expires_at = now() WHERE location ="
            + " (SELECT s3_location FROM public.reports_archive WHERE file_path = 'a.csv')",
        "archive.released_objects SET location = location || '.' WHERE location ="
            + " (SELECT s3_location FROM public.reports_archive WHERE file_path = 'a.csv')"
      })
  void oneThatAPurgeReleasedExpiresWhenThatSaid(String change) {
    release();

    assertOneIsSeen("UPDATE " + change, "another object_expires_at than a purge has noted");
  }

  /** Rows of a table that inherits are read with the archive's, and no purge takes them. */
  @Test
  void rowsInATableThatInheritsAreSeen() {
    world.db.execute(
        "CREATE TABLE public.heir () INHERITS (public.reports_archive)",
        "ALTER TABLE public.heir OWNER TO archive_owner",
        "WITH moved AS (DELETE FROM ONLY public.reports_archive RETURNING *)"
            + " INSERT INTO public.heir SELECT * FROM moved");

    assertThat(world.db.archive().verify("reports").ok()).isFalse();
  }

  /** Who may write archived rows has none of them say that another report's object was released. */
  @Test
  void aRowThatNamesAnotherReportsObjectReleasesNothing() {
    world.db.execute(
        """
        INSERT INTO public.reports_archive
        SELECT (copied.row).* FROM (
          SELECT jsonb_populate_record(genuine, jsonb_build_object('id', gen_random_uuid())) AS row
          FROM public.reports_archive AS genuine, generate_series(1, 2)
          WHERE file_path = 'a.csv') AS copied
        """);

    release();

    assertThat(world.db.number("SELECT count(*) FROM archive.released_objects")).isEqualTo(2);
    world.db.execute("DELETE FROM public.reports_archive WHERE strpos(s3_location, id::text) = 0");
    assertThat(world.verify(false).problems()).isEmpty();
  }

  /** An old row may not let an object go that is young. */
  @Test
  void aRowThatNamesAnObjectOfAnotherMonthReleasesNothing() {
    world.db.execute(
        "UPDATE public.reports_archive SET created_at = created_at - interval '1 year' WHERE file_path = 'a.csv'",
        "UPDATE archive.policies SET settings = settings || '{\"object_keep_for\": \"199 days\"}'"
            + " WHERE name = 'reports'");

    world.purge();

    assertThat(
            world.db.rows("SELECT file_path FROM reports_archive WHERE object_expires_at IS NULL"))
        .containsExactly(List.of("a.csv"));
    assertThat(world.db.number("SELECT count(*) FROM archive.released_objects")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM archive.bin_objects WHERE location = (SELECT min(location) FROM archive.bin_objects)",
        "DELETE FROM archive.released_objects WHERE location = (SELECT min(location) FROM archive.released_objects)",
        "DO $$ BEGIN EXECUTE (SELECT format('UPDATE archive_bin.%I SET object_expires_at = NULL"
            + " WHERE file_path = ''a.csv''', table_name) FROM archive.bin_tables); END $$"
      })
  void inTheBinToo(String change) {
    release();
    world.db.execute(
        "UPDATE archive.policies SET archive_after = '90 days', keep_for = '100 days',"
            + " settings = settings - 'object_keep_for' WHERE name = 'reports'");
    world.purge();
    assertThat(world.db.number("SELECT count(*) FROM archive.bin_objects")).isEqualTo(2);

    assertOneIsSeen(change, "its report in the bin has another object_expires_at");
  }

  /** What is noted goes when the report goes, wherever it goes to. */
  @ParameterizedTest
  @ValueSource(strings = {"held", "restored", "dropped"})
  void nothingIsNotedOfAReportThatDoesNotExpireAnyMore(String end) {
    release();
    switch (end) {
      case "held" -> {
        world.db.value("SELECT archive.hold('reports', reason => 'case')");
        world.purge();
      }
      case "restored" -> world.restore("{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\"}");
      default -> {
        world.db.execute(
            "UPDATE archive.policies SET archive_after = '90 days', keep_for = '100 days',"
                + " settings = settings - 'object_keep_for' WHERE name = 'reports'");
        world.purge();
        world.purges().empty("reports", true);
      }
    }

    assertThat(world.db.rows("SELECT * FROM archive.released_objects")).isEmpty();
    assertThat(world.verify(false).problems()).isEmpty();
  }
}
