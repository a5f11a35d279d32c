package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.migrate.Migrations.HostChoice;
import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.TestCluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A role that may do nothing is told everything at once, and then may migrate. */
class PreflightTest {
  private static final String PASSWORD = "only-for-this-test";

  @TempDir private Path home;
  private EmbeddedServer server;

  @BeforeEach
  void makeADatabaseOfOthers() throws SQLException {
    server = EmbeddedServer.start(TestCluster.serverIn(home).withSetting("fsync", "off"));
    execute("postgres", "CREATE ROLE \"Our App\" LOGIN PASSWORD '" + PASSWORD + "'");
    execute("postgres", "CREATE DATABASE \"the app\"");
    try (Database superuser = as("postgres", server.password())) {
      // the live tables, as the application has them
      new Migrations(superuser).with(Set.of(Preset.SCENARIO)).migrate(HostChoice.RUNNER);
    }
    execute(
        "the app",
        "DROP VIEW v_scenario_logs_all, v_scenario_metrics_all, v_reports_all",
        "DROP SCHEMA archive, archive_bin CASCADE",
        "DROP TABLE archive_jobs, scenario_logs_archive, scenario_metrics_archive, reports_archive CASCADE");
  }

  @AfterEach
  void stopIt() {
    server.close();
  }

  private void execute(String database, String... statements) throws SQLException {
    try (Connection superuser = server.connect(database);
        Statement statement = superuser.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private Database as(String user, String password) {
    String url =
        "postgresql://%s:%s@127.0.0.1:%d/the%%20app"
            .formatted(user.replace(" ", "%20"), password, server.port());
    return Database.at(
        Settings.of(Map.of("DATABASE_URL", url, "ARCHIVIST_HOME", home.toString())),
        DatabaseUrl.parse(url));
  }

  private void migratesOnceItHasWhatItIsTold() throws SQLException {
    try (Database app = as("Our App", PASSWORD)) {
      Migrations migrations = new Migrations(app);
      assertThatThrownBy(() -> migrations.migrate(HostChoice.RUNNER))
          .isInstanceOfSatisfying(
              ArchiveFailure.class,
              failure -> {
                assertThat(failure.error()).isEqualTo(ArchiveError.PRIVILEGE_MISSING);
                assertThat(failure.getMessage())
                    .contains("make schemas", "schema public", "scenario_logs", "reports");
                assertThat(failure.hint()).startsWith("As a superuser, or whoever may grant it: ");
              });
      boolean made = app.looking(MigrationHistory::isThere);
      assertThat(made).isFalse();
      try {
        migrations.migrate(HostChoice.RUNNER);
      } catch (ArchiveFailure failure) {
        execute("the app", failure.hint().replaceAll("^[^:]*:|[^;]*$", ""));
      }

      assertThat(migrations.migrate(HostChoice.RUNNER).executed()).isPositive();

      assertThat(new Archive(app).policyNames()).containsExactly("logs", "metrics", "reports");
      assertThat(new Archive(app).plan("logs").refused()).isFalse();
    }
  }

  @Test
  void whereTheRolesAreThere() throws SQLException {
    migratesOnceItHasWhatItIsTold();
  }

  @Test
  void whereNobodyHasEverMigrated() throws SQLException {
    execute(
        "the app",
        "DROP OWNED BY archive_owner, archive_operator, archive_reader, archive_engine, archive_auditor",
        "DROP ROLE archive_owner, archive_operator, archive_reader, archive_engine, archive_auditor");
    migratesOnceItHasWhatItIsTold();
  }
}
