package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file or an object that is still needed stays, under whatever name and by whatever policy; what
 * is deleted late finds out that the world has changed.
 */
class NeededElsewhereTest {
  private static final String ALL =
      "{\"from\": \"2000-01-01\", \"to\": \"2200-01-01\", \"hold\": \"0\"}";

  @TempDir Path home;
  private ReportWorld world;

  @BeforeEach
  void openTheWorld() {
    world = new ReportWorld(home);
    world.binFor("30 days");
  }

  @AfterEach
  void dropDatabase() {
    world.close();
  }

  private void archive() {
    assertThat(world.run().status()).isEqualTo("completed");
  }

  private void restore() {
    assertThat(world.restore(ALL).status()).isEqualTo("completed");
  }

  private void archiveNothingMore() {
    world.db.execute(
        "UPDATE archive.policies SET archive_after = '10 years', keep_for = NULL,"
            + " settings = settings - 'object_keep_for' WHERE name = 'reports'");
  }

  private void theBinsTimeIsOver() {
    world.db.execute("UPDATE archive.stray_objects SET drop_after = pg_catalog.now()");
  }

  /** The store is configured by a symbolic link to it by now. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anObjectThatIsCalledOtherwiseStays(boolean inTheBin) {
    world.report("a.csv");
    world.db.execute(
        "UPDATE public.reports SET created_at = pg_catalog.now() - interval '300 days'");
    archive();
    world.db.execute(
        "INSERT INTO archive.stray_objects (location, policy, drop_after)"
            + " SELECT s3_location, 'reports', 'infinity' FROM public.reports_archive");
    if (inTheBin) {
      world.db.execute(
          "UPDATE archive.policies SET keep_for = '190 days', settings = settings - 'object_keep_for'"
              + " WHERE name = 'reports'");
      world.purge();
    }
    assertThat(world.db.number("SELECT count(*) FROM archive.bin_objects"))
        .isEqualTo(inTheBin ? 1 : 0);
    world.db.execute(
        "UPDATE archive.bin_objects SET location = replace(location, '/store/', '/slink/')",
        "UPDATE public.reports_archive SET s3_location = replace(s3_location, '/store/', '/slink/')");
    theBinsTimeIsOver();

    archive();
    assertThat(world.purge().objects().deleted()).isZero();

    assertThat(world.objects()).hasSize(1);
    assertThat(world.db.number("SELECT count(*) FROM archive.stray_objects")).isEqualTo(1);
    assertThat(world.notes.toString()).contains("an archived report has an object of this name");
  }

  @ParameterizedTest
  @CsvSource({"run,true", "run,false", "purge,true", "empty,false"})
  void anObjectThatAnotherPolicyNeedsStays(String by, boolean enabled) {
    world.letters();
    world.report("a.csv");
    archive();
    world.db.execute(
        "INSERT INTO public.letters_archive SELECT * FROM public.reports_archive",
        "UPDATE archive.policies SET enabled = " + enabled + " WHERE name = 'letters'");
    restore();
    archiveNothingMore();
    theBinsTimeIsOver();

    switch (by) {
      case "run" -> archive();
      case "purge" -> world.purge();
      default -> world.purges().empty("reports", true);
    }

    assertThat(world.objects()).hasSize(1);
    assertThat(world.db.rows("SELECT * FROM archive.stray_objects")).isEmpty();
  }

  /** It is past the retention of one policy's objects. */
  @Test
  void anObjectThatAnotherPolicyNeedsIsNotReleased() {
    world.letters();
    world.report("a.csv");
    archive();
    world.db.execute(
        "INSERT INTO public.letters_archive SELECT * FROM public.reports_archive",
        "UPDATE archive.policies SET settings = settings || '{\"object_keep_for\": \"199 days\"}'"
            + " WHERE name = 'reports'");

    assertThat(world.purges().empty("reports", true).objects().expired()).isZero();
    assertThat(world.purges().empty("reports", true).objects().expired()).isZero();

    assertThat(world.objects()).hasSize(1);
    world.db.execute("DELETE FROM public.letters_archive");
    assertThat(world.purges().empty("reports", true).objects().expired()).isEqualTo(1);
    assertThat(world.objects()).isEmpty();
  }

  /** Its archive may be anywhere: nobody can tell what it needs. */
  @ParameterizedTest
  @CsvSource({
    "ALTER TABLE public.letters_archive RENAME TO elsewhere,false",
    "ALTER TABLE public.letters RENAME TO elsewhere,true",
    "UPDATE archive.policy_tables SET source_table = 'nowhere' WHERE policy = 'letters',true"
  })
  void whatNobodyCanAskNeedsEverything(String change, boolean isLive) throws IOException {
    world.letters();
    world.report("a.csv");
    archive();
    restore();
    assertThat(world.objects()).hasSize(1);
    theBinsTimeIsOver();
    world.db.execute("SET session_replication_role = replica", change);

    archive();
    archiveNothingMore();
    world.db.execute("DELETE FROM public.reports_archive");
    assertThat(world.purge().objects().notes().toString())
        .contains("policy letters cannot be asked");

    // that of the restored report, and that of its second archiving
    assertThat(world.objects()).hasSize(2);
    assertThat(world.localFiles()).hasSize(isLive ? 1 : 0);
    assertThat(world.notes.toString().contains("no local file is deleted: policy letters"))
        .isEqualTo(isLive);
  }

  @ParameterizedTest
  @ValueSource(strings = {"archived-reports", "/Archived-Reports/", "archived-reports/2024", ""})
  void twoPoliciesHaveNoObjectsInCommon(String prefix) {
    world.letters();

    assertThatThrownBy(
            () ->
                world.db.execute(
                    "UPDATE archive.policies SET settings = settings || '{\"object_prefix\": \""
                        + prefix
                        + "\"}' WHERE name = 'letters'"))
        .rootCause()
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("ZA003"));
  }

  @Test
  void aPolicyDoesNotGetWhereAnotherHadItsObjects() {
    world.letters();
    world.db.execute(
        "UPDATE archive.policies SET settings = settings || '{\"object_prefix\": \"other\"}'"
            + " WHERE name = 'reports'");

    assertThatThrownBy(
            () ->
                world.db.execute(
                    "UPDATE archive.policies SET settings = settings"
                        + " || '{\"object_prefix\": \"archived-reports\"}' WHERE name = 'letters'"))
        .rootCause()
        .hasMessageContaining("archived-reports");
    world.db.execute(
        "UPDATE archive.policies SET settings = settings"
            + " || '{\"object_prefix\": \"archived-reports\"}' WHERE name = 'reports'");
  }

  @ParameterizedTest
  @CsvSource({"2024/a.csv,2024/a.csv", "2024/a.csv,2024/../2024/a.csv/.", "2024/a.csv,link.csv"})
  void aFileThatAnotherPolicysReportNamesStays(String file, String named) throws IOException {
    world.letters();
    UUID report = world.report(file);
    Files.createSymbolicLink(world.root.resolve("link.csv"), Path.of(file));
    world.youngLetter(named);

    archive();
    archive();

    assertThat(world.root.resolve(file)).hasBinaryContent(world.content(report));
    assertThat(world.notes.toString()).contains("local file kept: a live report refers to it");
  }

  /** Nobody can tell what its path is, so it may be any file. */
  @ParameterizedTest
  @ValueSource(strings = {"loop/a.csv", "loop"})
  void whereAPathCannotBeFollowedNoFileIsDeleted(String path) throws IOException {
    UUID report = world.report("2024/a.csv");
    Files.createSymbolicLink(world.root.resolve("loop"), Path.of("loop"));
    world.reportOf(report, path, 1);

    archive();
    archive();

    assertThat(world.root.resolve("2024/a.csv")).hasBinaryContent(world.content(report));
    assertThat(world.notes).hasSize(2).allMatch(note -> note.contains(path));
    world.db.execute("DELETE FROM public.reports");
    archive();
    assertThat(world.root.resolve("2024/a.csv")).doesNotExist();
  }

  private enum Loss {
    DELETED,
    OVERWRITTEN,
    DIRECTORY_GONE,
    ROOT_GONE,
    LOOP
  }

  /** A disk was exchanged, or mounted over what a restore had written. */
  @ParameterizedTest
  @EnumSource(Loss.class)
  void theObjectOfARestoredReportStaysWhileItsFileIsMissing(Loss loss) throws IOException {
    UUID report = world.report("2024/a.csv");
    archive();
    restore();
    archiveNothingMore();
    theBinsTimeIsOver();
    Path file = world.root.resolve("2024/a.csv");
    byte[] content = Files.readAllBytes(file);
    Path aside = home.resolve("aside");
    switch (loss) {
      case DELETED -> Files.delete(file);
      case OVERWRITTEN -> Files.writeString(file, "x".repeat(content.length));
      case DIRECTORY_GONE -> Files.move(file.getParent(), aside);
      case ROOT_GONE -> Files.move(world.root, aside);
      case LOOP -> {
        Files.delete(file);
        Files.createSymbolicLink(file, file.getFileName());
      }
    }

    world.run();
    PurgeOutcome purged = world.purges().empty("reports", true);

    assertThat(world.objects()).hasSize(1);
    assertThat(purged.objects().deleted()).isZero();
    assertThat(purged.objects().notes())
        .singleElement()
        .asString()
        .contains("live report " + report + " does not have the file that came back");
    assertThat(world.notes.toString()).contains("does not have the file that came back");
    switch (loss) {
      case DIRECTORY_GONE -> Files.move(aside, file.getParent());
      case ROOT_GONE -> Files.move(aside, world.root);
      default -> {
        Files.deleteIfExists(file);
        Files.write(file, content);
      }
    }
    assertThat(world.purge().objects().deleted()).isEqualTo(1);
    world.assertAllLive();
  }

  @Test
  void itGoesWhenTheReportWasDeleted() throws IOException {
    world.report("2024/a.csv");
    archive();
    restore();
    theBinsTimeIsOver();
    Files.delete(world.root.resolve("2024/a.csv"));
    world.db.execute("DELETE FROM public.reports");

    assertThat(world.purge().objects().deleted()).isEqualTo(1);

    assertThat(world.objects()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itStaysWhileAnotherReportNamesItsPath(boolean ofAnotherPolicy) throws IOException {
    world.letters();
    UUID report = world.report("2024/a.csv");
    archive();
    restore();
    theBinsTimeIsOver();
    Files.delete(world.root.resolve("2024/a.csv"));
    world.db.execute("DELETE FROM public.reports");
    if (ofAnotherPolicy) {
      world.youngLetter("2024/./a.csv");
    } else {
      world.reportOf(report, "2024/./a.csv", 1);
    }

    assertThat(world.purge().objects().notes().toString()).contains("names its path");

    assertThat(world.objects()).hasSize(1);
    Files.writeString(world.root.resolve("2024/a.csv"), "the application's");
    assertThat(world.purge().objects().deleted()).isEqualTo(1);
  }

  @Test
  void reconcileGivesARestoredReportItsFileBack() throws IOException {
    UUID report = world.report("2024/a.csv");
    archive();
    restore();
    archiveNothingMore();
    theBinsTimeIsOver();
    Files.delete(world.root.resolve("2024/a.csv"));
    archive();

    assertThat(world.reconciler().apply("reports").differences())
        .extracting(ReconcileOutcome.Difference::finding)
        .isEqualTo(List.of(ReconcileOutcome.Finding.FILE_MISSING));

    assertThat(world.root.resolve("2024/a.csv")).hasBinaryContent(world.content(report));
  }
}
