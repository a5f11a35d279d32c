package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second database beside one whose reports are in the store. */
class DoctorCommandTest {
  @TempDir Path home;
  private TestDatabase first;
  private TestDatabase second;

  @BeforeEach
  void archiveAReport() {
    first = TestDatabase.migrated();
    second = TestDatabase.empty();
    LiveData.report(first, "a.pdf", 200);
    LiveData.file(home.resolve("reports/a.pdf"), 1000, 1);
    assertThat(Archivist.on(first, home).run("run", "--reports").code()).isZero();
  }

  @AfterEach
  void dropDatabases() {
    first.close();
    second.close();
  }

  @Test
  void aStoreOfAnotherIsNoFailureWhereNoPolicyNeedsIt() {
    Archivist archivist = Archivist.on(second, home);
    assertThat(archivist.run("migrate", "--host", "runner").code()).isZero();

    Archivist.Result without = archivist.run("doctor");
    assertThat(without.out()).contains("OK       store's owner: the store belongs to database");
    assertThat(without.code()).as(without.out()).isZero();

    assertThat(archivist.run("migrate", "--host", "runner", "--preset", "scenario").code())
        .isZero();
    Archivist.Result with = archivist.run("doctor");
    assertThat(with.out())
        .contains("FAILED   store's owner: the store belongs to database")
        .contains("a prefix of its own (ARCHIVE_STORE_URI)");
    assertThat(with.code()).isEqualTo(3);
  }

  @Test
  void aPolicyWithoutATableIsNamed() {
    first.execute(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
            + " VALUES ('bad', 'move', 'at', interval '1 year')");

    Archivist.Result result = Archivist.on(first, home).run("doctor");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out())
        .contains("FAILED   policy bad: policy \"bad\" is invalid: it has no table")
        .contains("OK       store and database");
  }
}
