package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.EngineJar;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.HeldLock;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A reader of a view against whoever replaces or drops it. {@link HeldLock} finds out that we do
 * not stay in the queue, where every later reader would wait behind us.
 */
class SchemaChangeTest {
  private static final String READ = "SELECT count(*) FROM public.v_scenario_logs_all";
  private static final String OUTDATED =
      "SELECT count(*) FROM archive.flyway_schema_history WHERE checksum = 1";

  private TestDatabase db;

  /** The unified views are to be replaced. */
  @BeforeEach
  void outdate() {
    db = TestDatabase.migrated();
    db.execute(
        "UPDATE archive.flyway_schema_history SET checksum = 1"
            + " WHERE description = '40 unified views'");
    assertThat(db.number(OUTDATED)).isEqualTo(1);
  }

  @AfterEach
  void close() {
    db.close();
  }

  private Migrations migrations(SchemaChange change) {
    return new Migrations(db.database(), EngineJar::ofThisProgram, change);
  }

  @Test
  void aMigrationMakesWayForReaders() throws SQLException {
    try (HeldLock reader = HeldLock.of(db, READ)) {
      assertThat(migrations(new SchemaChange()).migrate(Migrations.HostChoice.RUNNER).executed())
          .isEqualTo(1);
    }
    assertThat(migrations(new SchemaChange()).pending()).isFalse();
  }

  @Test
  void anUninstallMakesWayForReaders() throws SQLException {
    try (HeldLock reader = HeldLock.of(db, READ)) {
      assertThat(Uninstall.run(db.database()).dropped())
          .contains("DROP VIEW public.v_scenario_logs_all");
    }
  }

  @Test
  void whoReadsForTooLongIsToBeLookedForAndNothingIsChanged() throws SQLException {
    SchemaChange impatient = new SchemaChange(Duration.ofMillis(300));
    try (Connection reader = db.connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute(READ);

      assertThatThrownBy(() -> migrations(impatient).migrate(Migrations.HostChoice.RUNNER))
          .satisfies(SchemaChangeTest::saysWhatToDo);
      assertThatThrownBy(() -> Uninstall.run(db.database(), impatient))
          .satisfies(SchemaChangeTest::saysWhatToDo);
    }
    assertThat(db.number(OUTDATED)).isEqualTo(1);
    assertThat(db.value("SELECT to_regclass('public.v_scenario_logs_all')")).isNotNull();
  }

  private static void saysWhatToDo(Throwable thrown) {
    ArchiveFailure failure = (ArchiveFailure) thrown;
    assertThat(failure.error()).isEqualTo(ArchiveError.DATABASE_BUSY);
    assertThat(failure.error().exitCode()).isEqualTo(1);
    assertThat(failure.getMessage())
        .startsWith("the schema cannot be changed while others use it: ")
        .contains("55P03");
    assertThat(failure.hint()).startsWith("Nothing was changed.").contains("pg_stat_activity");
  }
}
