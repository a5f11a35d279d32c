package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the settings say of store and reports' directory, before anything is opened. */
class ConfiguredStoreTest {
  @TempDir Path home;
  private ReportWorld world;

  @BeforeEach
  void archiveOne() {
    world = new ReportWorld(home.resolve("world"));
    world.report("a.csv");
    assertThat(world.run().failure()).isEmpty();
  }

  @AfterEach
  void dropDatabase() {
    world.close();
  }

  private Archivist archivist(Path store, Path reports) {
    return Archivist.on(world.db, home.resolve("world"))
        .with("ARCHIVE_STORE_URI", store.toString())
        .with("REPORTS_LOCAL_DIR", reports.toString());
  }

  /** The runner would archive its own store, or restore into it. */
  @ParameterizedTest
  @CsvSource({"files/store, files", "files, files/reports", "files, files", "link/store, files"})
  void storeAndFilesLieApart(String store, String reports) throws Exception {
    Files.createDirectories(home.resolve("files"));
    Files.createSymbolicLink(home.resolve("link"), home.resolve("files"));
    Files.createDirectories(home.resolve(store));
    Archivist archivist = archivist(home.resolve(store), home.resolve(reports));

    Archivist.Result run = archivist.run("run", "--reports");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("lie in each other", "REPORTS_LOCAL_DIR");
    Archivist.Result doctor = archivist.run("doctor");
    assertThat(doctor.code()).isEqualTo(3);
    assertThat(doctor.out()).contains("FAILED   object store: the archive store and the reports'");
  }

  /** A typing error, or a disk that is not mounted. */
  @Test
  void aDirectoryThatIsSetMustBeThere() throws Exception {
    Path elsewhere = home.resolve("elsewhere/store");
    Archivist archivist = archivist(elsewhere, world.root);
    world.report("b.csv");

    Archivist.Result run = archivist.run("run", "--reports");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("a directory is missing", "Create or mount it");
    assertThat(elsewhere).doesNotExist();
    assertThat(archivist.run("doctor").out()).contains("FAILED   object store: cannot use");
    assertThat(archivist.run("store", "take-over", "--yes").code()).isEqualTo(3);
    assertThat(elsewhere).doesNotExist();

    Files.createDirectories(elsewhere);
    assertThat(archivist.run("run", "--reports").err()).doesNotContain("a directory is missing");
  }

  /** As it is without any setting. */
  @Test
  void oneBelowTheHomeIsMade() {
    Archivist archivist = archivist(home.resolve("world/another"), world.root);

    assertThat(archivist.run("doctor").out()).contains("OK       object store:");

    assertThat(home.resolve("world/another")).isDirectory();
  }

  @Test
  void reportsOfAnotherStoreAreNotLost() throws Exception {
    Path store = Files.createDirectories(home.resolve("new"));
    Archivist archivist = archivist(store, world.root);

    Archivist.Result reconcile = archivist.run("reconcile");

    assertThat(reconcile.code()).isEqualTo(1);
    assertThat(reconcile.out()).contains("elsewhere", "ARCHIVE_STORE_URI").doesNotContain("lost");
    assertThat(archivist.run("doctor").out())
        .contains("WARNING  archived reports: 1 archived report is in other stores: file:///")
        .contains("world/store/archived-reports");
    assertThat(archivist(home.resolve("world/store"), world.root).run("doctor").out())
        .contains("OK       archived reports");
  }
}
