package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Settings;
import dev.archivist.db.Database;
import dev.archivist.db.doctor.DatabaseChecks;
import dev.archivist.db.migrate.Migrations.HostChoice;
import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.testing.NeedsPostgres16;
import dev.archivist.testing.TestCluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a role keeps that made Archivist's roles, on a server where nobody else did. */
@NeedsPostgres16
class RolesOfAMigratorTest {
  private static final String PASSWORD = "only-for-this-test";

  @TempDir private Path home;
  private EmbeddedServer server;

  @BeforeEach
  void startAServerOfItsOwn() throws SQLException {
    server = EmbeddedServer.start(TestCluster.serverIn(home).withSetting("fsync", "off"));
    try (Connection superuser = server.connect("postgres")) {
      execute(
          superuser,
          // folded, it would be another one
          "CREATE ROLE \"App\" LOGIN CREATEROLE PASSWORD '" + PASSWORD + "'",
          "CREATE DATABASE app OWNER \"App\"",
          "ALTER DATABASE app SET createrole_self_grant = 'set, inherit'");
    }
  }

  @AfterEach
  void stopIt() {
    server.close();
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private Database asApp() {
    String url = "postgresql://App:" + PASSWORD + "@127.0.0.1:" + server.port() + "/app";
    return Database.at(
        Settings.of(Map.of("DATABASE_URL", url, "ARCHIVIST_HOME", home.toString())),
        DatabaseUrl.parse(url));
  }

  private int migrate() {
    try (Database database = asApp()) {
      return new Migrations(database).migrate(HostChoice.RUNNER).executed();
    }
  }

  private String rights() {
    try (Database database = asApp()) {
      return new DatabaseChecks(database)
          .all().stream()
              .filter(finding -> finding.what().equals("rights"))
              .map(DatabaseChecks.Finding::found)
              .findFirst()
              .orElseThrow();
    }
  }

  private void outdate(Connection superuser) throws SQLException {
    execute(
        superuser,
        "UPDATE archive.flyway_schema_history SET checksum = 1 WHERE script LIKE 'R\\_\\_20%'");
  }

  /** Every way in which the role is a member now. */
  private List<String> memberships() throws SQLException {
    List<String> all = new ArrayList<>();
    try (Connection superuser = server.connect("app");
        Statement statement = superuser.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT roleid::regrole || CASE WHEN admin_option THEN ' ADMIN' ELSE '' END"
                    + " || CASE WHEN inherit_option THEN ' INHERIT' ELSE '' END"
                    + " || CASE WHEN set_option THEN ' SET' ELSE '' END"
                    + " FROM pg_auth_members WHERE member = '\"App\"'::regrole ORDER BY 1")) {
      while (rows.next()) {
        all.add(rows.getString(1));
      }
    }
    return all;
  }

  @Test
  void itMayJoinThemAgainAndDoctorSaysSo() throws SQLException {
    assertThat(migrate()).isPositive();

    List<String> kept =
        List.of(
            "archive_auditor ADMIN",
            "archive_engine ADMIN",
            "archive_operator ADMIN",
            "archive_owner ADMIN",
            "archive_owner INHERIT SET",
            "archive_reader ADMIN");
    assertThat(memberships()).containsExactlyElementsOf(kept);
    assertThat(rights())
        .isEqualTo(
            "\"App\" is a member of archive_auditor (ADMIN);"
                + " \"App\" is a member of archive_engine (ADMIN)");
    try (Connection superuser = server.connect("app")) {
      outdate(superuser);
      assertThat(migrate()).isPositive();
      assertThat(memberships()).containsExactlyElementsOf(kept);
    }
  }

  /** As docs/security.md has it. */
  @Test
  void itGivesUpWhatItMayDoWithTheArchiveUntilItMigratesAgain() throws SQLException {
    migrate();
    try (Connection superuser = server.connect("app");
        Connection app = DriverManager.getConnection(server.jdbcUrl("app"), "App", PASSWORD)) {
      execute(app, "REVOKE archive_owner FROM \"App\"");
      assertThat(memberships())
          .contains("archive_owner ADMIN")
          .doesNotContain("archive_owner INHERIT SET");

      outdate(superuser);
      assertThat(migrate()).isPositive();
      assertThat(memberships()).contains("archive_owner INHERIT SET");
    }
  }

  /** As docs/security.md has it: what our roles are to each other stays. */
  @Test
  void aSuperuserTakesAllOfItAway() throws SQLException {
    migrate();
    try (Connection superuser = server.connect("app")) {
      execute(
          superuser,
          "GRANT archive_owner TO archive_engine",
          "GRANT archive_reader TO archive_operator",
          "REVOKE archive_owner, archive_operator, archive_reader, archive_engine, archive_auditor"
              + " FROM \"App\" CASCADE");

      assertThat(memberships()).isEmpty();
      try (Statement statement = superuser.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT pg_has_role('archive_engine', 'archive_owner', 'USAGE')"
                      + " AND pg_has_role('archive_operator', 'archive_reader', 'USAGE')")) {
        row.next();
        assertThat(row.getBoolean(1)).isTrue();
      }
    }
  }
}
