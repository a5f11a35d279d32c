package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.doctor.DatabaseChecks;
import dev.archivist.db.migrate.Migrations.HostChoice;
import dev.archivist.embedded.EmbeddedServer;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestCluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dump that was restored into a cluster where nobody ever migrated, or without its grants. */
class LostRightsTest {
  private static final String ROLES =
      "archive_owner, archive_operator, archive_reader, archive_engine, archive_auditor";

  /** What is made where the dump is restored, and by whom. */
  private static final String RIGHTS =
      """
      SELECT format('%s | %s | %s', object.name, object.owner::regrole, (
        SELECT string_agg(acl.grantee::regrole || ' ' || acl.privilege_type, ', ' ORDER BY acl.grantee::regrole::text, acl.privilege_type)
        FROM aclexplode(object.acl) AS acl WHERE acl.grantee <> object.owner)) AS granted
      FROM (
        SELECT nspname::text, nspowner, nspacl FROM pg_namespace WHERE nspname LIKE 'archive%'
        UNION ALL
        SELECT c.oid::regclass::text, relowner, relacl FROM pg_class c
        WHERE relkind IN ('r', 'p', 'v') AND (relname LIKE '%archive%' OR relname LIKE 'v\\_%' OR relnamespace::regnamespace::text LIKE 'archive%')
          AND relnamespace::regnamespace::text IN ('archive', 'archive_bin', 'public') AND relname <> 'flyway_schema_history'
        UNION ALL
        SELECT a.attrelid::regclass || '.' || a.attname, c.relowner, a.attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attacl IS NOT NULL
        UNION ALL
        SELECT p.oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc p
        WHERE pronamespace = 'archive'::regnamespace
      ) AS object (name, owner, acl)
      ORDER BY 1
      """;

  @TempDir private Path home;
  private EmbeddedServer server;

  @BeforeEach
  void archiveSomething() throws SQLException {
    server = EmbeddedServer.start(TestCluster.serverIn(home).withSetting("fsync", "off"));
    try (Connection superuser = server.connect("postgres")) {
      execute(
          superuser,
          "CREATE ROLE app LOGIN CREATEROLE PASSWORD 'only-for-this-test'",
          "CREATE DATABASE app OWNER app");
    }
    try (Database database = as("postgres", server.password())) {
      new Migrations(database).with(Set.of(Preset.SCENARIO)).migrate(HostChoice.RUNNER);
    }
    sql(
        """
        INSERT INTO scenario_logs
        SELECT gen_random_uuid(), gen_random_uuid(), now() - g * interval '1 day', md5(g::text), 'x', 'api', g, false, 1, 1
        FROM generate_series(1, 800) g
        """,
        "UPDATE archive.policies SET keep_for = '22 months', bin_for = '1 year' WHERE name = 'logs'");
    assertThat(archivist().run("run", "--logs").code()).isZero();
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

  private void sql(String... statements) throws SQLException {
    try (Connection superuser = server.connect("app")) {
      execute(superuser, statements);
    }
  }

  private List<String> column(String sql) throws SQLException {
    try (Connection superuser = server.connect("app");
        Statement statement = superuser.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> column = new ArrayList<>();
      while (rows.next()) {
        column.add(rows.getString(1));
      }
      return column;
    }
  }

  private String url(String user, String password) {
    return "postgresql://" + user + ":" + password + "@127.0.0.1:" + server.port() + "/app";
  }

  private Database as(String user, String password) {
    String url = url(user, password);
    return Database.at(
        Settings.of(Map.of("DATABASE_URL", url, "ARCHIVIST_HOME", home.toString())),
        DatabaseUrl.parse(url));
  }

  private Archivist archivist() {
    return Archivist.in(home).with("DATABASE_URL", url("postgres", server.password()));
  }

  /** What a dump has of owners and grants where the roles are missing: nothing. */
  private void loseRoles(String restoredBy) throws SQLException {
    sql(
        "REASSIGN OWNED BY archive_owner, archive_engine, archive_auditor TO " + restoredBy,
        "DROP OWNED BY " + ROLES,
        "DROP ROLE " + ROLES);
  }

  private String schema() {
    try (Database database = as("postgres", server.password())) {
      return new DatabaseChecks(database)
          .all().stream()
              .filter(finding -> finding.what().equals("schema"))
              .map(finding -> finding.verdict() + ": " + finding.hint())
              .findFirst()
              .orElseThrow();
    }
  }

  private void assertAllIsWell() {
    assertThat(schema()).startsWith("OK");
    assertThat(archivist().run("verify", "--all").code()).isZero();
    assertThat(archivist().run("run", "--logs").code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"roles", "owners", "grants"})
  void migratingMakesThemAgain(String lost) throws SQLException {
    List<String> before = column(RIGHTS);
    switch (lost) {
      case "roles" -> loseRoles("postgres");
      case "owners" ->
          sql("REASSIGN OWNED BY archive_owner, archive_engine, archive_auditor TO postgres");
      default ->
          sql(
              "DO $$ DECLARE r text; BEGIN FOR r IN SELECT format('REVOKE ALL ON %s FROM archive_owner,"
                  + " archive_operator, archive_reader', oid::regclass) FROM pg_class WHERE relnamespace ="
                  + " 'archive'::regnamespace AND relkind IN ('r', 'v') LOOP EXECUTE r; END LOOP; END $$");
    }
    assertThat(schema()).isEqualTo("FAILED: Run archivist migrate.");
    assertThat(archivist().run("doctor").err()).doesNotContain("42704");
    if (!lost.equals("grants")) {
      Archivist.Result status = archivist().run("status");
      assertThat(status.code()).isEqualTo(3);
      assertThat(status.err()).contains("Run archivist migrate.");
    }

    Archivist.Result migrated = archivist().run("migrate", "--host", "runner");

    assertThat(migrated.code()).as(migrated.err()).isZero();
    assertThat(column(RIGHTS)).isEqualTo(before);
    assertAllIsWell();
    assertThat(archivist().run("migrate", "--host", "runner").out()).contains("up to date");
  }

  /** Who restored it may have changed every function in it. */
  @Test
  void aSuperuserDoesNotTakeOverWhatAnotherRoleRestored() throws SQLException {
    loseRoles("app");
    try (Database database = as("postgres", server.password())) {
      assertThatThrownBy(() -> new Migrations(database).migrate(HostChoice.RUNNER))
          .isInstanceOfSatisfying(
              ArchiveFailure.class,
              failure -> assertThat(failure.error()).isEqualTo(ArchiveError.POLICY_REFUSED));
    }
    assertThat(column("SELECT to_regrole('archive_engine')::text")).containsExactly((String) null);
  }

  @Test
  void theRoleThatRestoredItMigrates() throws SQLException {
    loseRoles("app");
    sql(
        "ALTER SCHEMA public OWNER TO app",
        "ALTER TABLE scenario_logs OWNER TO app",
        "ALTER TABLE scenario_metrics OWNER TO app",
        "ALTER TABLE reports OWNER TO app",
        "ALTER TABLE archive.flyway_schema_history OWNER TO app");

    try (Database database = as("app", "only-for-this-test")) {
      new Migrations(database).migrate(HostChoice.RUNNER);

      assertThat(new Archive(database).policyNames()).contains("logs");
    }
    assertThat(
            column(
                "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'archive'::regnamespace ORDER BY 1"))
        .containsExactly("archive_auditor", "archive_engine");
    assertAllIsWell();
  }
}
