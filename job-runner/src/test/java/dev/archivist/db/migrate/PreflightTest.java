package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.Statements;
import dev.archivist.db.doctor.DatabaseChecks;
import dev.archivist.db.migrate.Migrations.HostChoice;
import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.TestCluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever may not migrate, or not here, is told everything at once, and then may. */
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

  /** pg_restore --no-owner gives everything to whoever restores. */
  @Test
  void aSchemaThatARestoreGaveToAnother() throws SQLException {
    try (Database superuser = as("postgres", server.password());
        Database app = as("Our App", PASSWORD)) {
      new Migrations(superuser).migrate(HostChoice.RUNNER);
      execute("the app", "ALTER SCHEMA archive OWNER TO postgres");

      assertThatThrownBy(() -> new Migrations(app).migrate(HostChoice.RUNNER))
          .isInstanceOfSatisfying(
              ArchiveFailure.class,
              failure -> {
                assertThat(failure.error()).isEqualTo(ArchiveError.PRIVILEGE_MISSING);
                assertThat(failure.getMessage()).startsWith("schema archive belongs to postgres");
                assertThat(failure.hint()).contains("let a superuser migrate");
              });

      new Migrations(superuser).migrate(HostChoice.RUNNER);
      assertThat(
              superuser.<String>looking(
                  connection ->
                      Statements.query(connection, "migration.stranger")
                          .first(row -> row.getString(1))
                          .orElse("")))
          .isEmpty();
    }
  }

  @Test
  void aRoleThatFlywayCannotName() throws SQLException {
    execute("postgres", "CREATE ROLE \"d'Arc\" SUPERUSER LOGIN PASSWORD '%s'".formatted(PASSWORD));
    try (Database saint = as("d'Arc", PASSWORD)) {
      assertThatThrownBy(() -> new Migrations(saint).migrate(HostChoice.RUNNER))
          .isInstanceOfSatisfying(
              ArchiveFailure.class,
              failure -> {
                assertThat(failure.error()).isEqualTo(ArchiveError.CONFIGURATION_INVALID);
                assertThat(failure.getMessage()).contains("role d'Arc has an apostrophe");
              });
    }
  }

  private void refusesAsSuperuser(String message, String hint) throws SQLException {
    try (Database superuser = as("postgres", server.password())) {
      assertThatThrownBy(() -> new Migrations(superuser).migrate(HostChoice.RUNNER))
          .isInstanceOfSatisfying(
              ArchiveFailure.class,
              failure -> {
                assertThat(failure.error()).isEqualTo(ArchiveError.POLICY_REFUSED);
                assertThat(failure.getMessage()).contains(message).endsWith("; nothing was made");
                assertThat(failure.hint()).contains(hint);
              });
      boolean made = superuser.looking(MigrationHistory::isThere);
      assertThat(made).isFalse();
    }
  }

  /** Roles are the cluster's: whoever may make roles may have made these. */
  @Test
  void rolesOfOursThatMayDoMore() throws SQLException {
    List<String> powers =
        List.of(
            "archive_auditor SUPERUSER",
            "archive_engine LOGIN",
            "archive_operator REPLICATION",
            "archive_owner CREATEROLE",
            "archive_reader CREATEDB BYPASSRLS");
    for (String power : powers) {
      String[] words = power.split(" ", 2);
      execute("postgres", "ALTER ROLE " + power);
      String mends = "ALTER ROLE " + words[0] + " NO" + words[1].replace(" ", " NO") + ";";
      refusesAsSuperuser("role " + words[0] + " has " + words[1].replace(" ", ", "), mends);
      execute("postgres", mends);
    }
    try (Database superuser = as("postgres", server.password())) {
      assertThat(new Migrations(superuser).migrate(HostChoice.RUNNER).executed()).isPositive();
      for (String power : powers) {
        execute("postgres", "ALTER ROLE " + power);
      }
      assertThatThrownBy(() -> new Migrations(superuser).migrate(HostChoice.RUNNER))
          .hasMessageContaining("role archive_engine has LOGIN; ");
      assertThat(new DatabaseChecks(superuser).all())
          .anySatisfy(
              finding -> {
                assertThat(finding.what()).isEqualTo("rights");
                assertThat(finding.found())
                    .isEqualTo(
                        "archive_auditor has SUPERUSER; archive_engine has LOGIN; archive_operator"
                            + " has REPLICATION; archive_owner has CREATEROLE; archive_reader has"
                            + " CREATEDB, BYPASSRLS");
              });
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE SCHEMA archive; CREATE TABLE archive.films (id int) | schema archive is there already, and Archivist did not make it: table archive.films; | ALTER SCHEMA archive RENAME TO",
        "CREATE SCHEMA archive; CREATE FUNCTION archive.clock() RETURNS int LANGUAGE sql RETURN 1 | function archive.clock(); | ALTER SCHEMA archive RENAME TO",
        "CREATE SCHEMA archive AUTHORIZATION \"Our App\" | it belongs to \"Our App\"; | DROP SCHEMA archive;",
        "CREATE SCHEMA archive_bin | schema archive_bin is there already | DROP SCHEMA archive_bin;",
      })
  void aSchemaOfOthers(String made, String message, String hint) throws SQLException {
    execute("the app", made.split("; "));
    refusesAsSuperuser(message, hint);
  }

  @Test
  void anEmptySchemaOfWhoMigratesServes() throws SQLException {
    execute("the app", "CREATE SCHEMA archive");
    try (Database superuser = as("postgres", server.password())) {
      assertThat(new Migrations(superuser).migrate(HostChoice.RUNNER).executed()).isPositive();
    }
  }
}
