package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.config.Settings;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rights that nobody granted on what the program makes, and those that were there before it. */
class DefaultPrivilegesTest {
  private static final String OURS =
      "archive_owner, archive_operator, archive_reader, archive_engine, archive_auditor";

  /** What other roles may do with what belongs to the program. */
  private static final String RIGHTS_OF_OTHERS =
      """
      SELECT format('%%s %%s %%s', object.name, CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END, acl.privilege_type)
      FROM (
        SELECT nspname::text, nspowner, nspacl FROM pg_namespace
        UNION ALL
        SELECT c.oid::regclass::text, relowner, relacl FROM pg_class c
        UNION ALL
        SELECT a.attrelid::regclass || '.' || a.attname, c.relowner, a.attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        UNION ALL
        SELECT p.oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc p
      ) AS object (name, owner, acl), aclexplode(object.acl) AS acl
      WHERE object.owner IN ('archive_owner'::regrole, 'archive_engine'::regrole, 'archive_auditor'::regrole)
        AND acl.grantee <> object.owner
        AND acl.grantee NOT IN (SELECT oid FROM pg_roles WHERE rolname = ANY (string_to_array('%s', ', ')))
      ORDER BY 1
      """
          .formatted(OURS);

  @TempDir private Path home;
  private EmbeddedServer server;

  @BeforeEach
  void startAServerOfItsOwn() throws SQLException {
    server = EmbeddedServer.start(TestCluster.serverIn(home).withSetting("fsync", "off"));
    try (Connection superuser = server.connect("postgres")) {
      execute(
          superuser,
          "CREATE ROLE app LOGIN PASSWORD 'only-for-this-test'",
          "CREATE ROLE analyst",
          "CREATE ROLE mallory",
          "CREATE DATABASE app");
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

  private String url() {
    return "postgresql://postgres:" + server.password() + "@127.0.0.1:" + server.port() + "/app";
  }

  private int migrate() {
    try (Database database =
        Database.at(
            Settings.of(Map.of("DATABASE_URL", url(), "ARCHIVIST_HOME", home.toString())),
            DatabaseUrl.parse(url()))) {
      return new Migrations(database)
          .with(Set.of(Preset.SCENARIO))
          .migrate(HostChoice.RUNNER)
          .executed();
    }
  }

  private void makeRightsAgain() throws SQLException {
    sql(
        "UPDATE archive.flyway_schema_history SET checksum = 1"
            + " WHERE script LIKE '%R\\_\\_01\\_%' OR script LIKE '%R\\_\\_30\\_%'");
    assertThat(migrate()).isPositive();
  }

  private String rights() {
    try (Database database =
        Database.at(
            Settings.of(Map.of("DATABASE_URL", url(), "ARCHIVIST_HOME", home.toString())),
            DatabaseUrl.parse(url()))) {
      return new DatabaseChecks(database)
          .all().stream()
              .filter(finding -> finding.what().equals("rights"))
              .map(finding -> finding.verdict() + ": " + finding.found())
              .findFirst()
              .orElseThrow();
    }
  }

  private Archivist archivist() {
    return Archivist.in(home).with("DATABASE_URL", url());
  }

  /** Months are made by archive_engine, and given to archive_owner. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | IN SCHEMA public",
        "'' | ''",
        "FOR ROLE archive_engine, archive_owner, archive_auditor | ''",
      })
  void whatTheProgramMakesIsNobodyElses(String whose, String where) throws SQLException {
    for (String role : OURS.split(", ")) {
      sql("CREATE ROLE " + role);
    }
    String given = "ALTER DEFAULT PRIVILEGES " + whose + " " + where + " GRANT ALL ON ";
    sql(
        given + "TABLES TO app, PUBLIC",
        given + "TABLES TO mallory WITH GRANT OPTION",
        given + "SEQUENCES TO app",
        given + "ROUTINES TO app, mallory");
    if (where.isEmpty()) {
      sql(given + "SCHEMAS TO app, mallory");
    }

    migrate();

    sql(
        """
        INSERT INTO scenario_logs
        SELECT gen_random_uuid(), gen_random_uuid(), now() - g * interval '1 day', md5(g::text), 'x', 'api', g, false, 1, 1
        FROM generate_series(1, 800) g
        """,
        "UPDATE archive.policies SET keep_for = '22 months', bin_for = '1 year' WHERE name = 'logs'",
        "DROP VIEW v_scenario_metrics_all",
        "SELECT archive.make_unified_views('metrics')");
    assertThat(archivist().run("run", "--logs").code()).isZero();
    assertThat(archivist().run("purge", "--logs").code()).isZero();
    assertThat(
            column(
                "SELECT count(*) > 0 FROM pg_class WHERE relnamespace = 'archive_bin'::regnamespace"))
        .containsExactly("t");
    assertThat(column(RIGHTS_OF_OTHERS)).isEmpty();
    assertThat(rights()).startsWith("OK");
    // who made it beforehand may have it made once more
    makeRightsAgain();
    assertThat(column(RIGHTS_OF_OTHERS)).isEmpty();
  }

  @Test
  void whoMayReadByAGrantStillMayAfterAMigrationAndNobodyMayMore() throws SQLException {
    migrate();
    sql(
        "SELECT archive.make_month_partition('logs', '2020-01-01')",
        "GRANT SELECT ON v_scenario_logs_all, scenario_logs_archive, archive_jobs TO analyst",
        "GRANT ALL ON archive_jobs, archive.audit_inbox, scenario_logs_archive_2020_01 TO app WITH GRANT OPTION",
        "GRANT DELETE ON scenario_metrics_archive TO PUBLIC",
        "GRANT UPDATE (status) ON archive_jobs TO mallory",
        "GRANT UPDATE ON archive.audit TO archive_operator",
        "GRANT EXECUTE ON FUNCTION archive.make_unified_views() TO mallory",
        "GRANT SELECT ON archive.rows_left TO analyst",
        "GRANT CREATE ON SCHEMA archive_bin TO mallory");
    assertThat(rights())
        .contains(
            "TRIGGER, TRUNCATE, UPDATE on table archive.audit_inbox",
            "app has DELETE, INSERT, ",
            "on table public.scenario_logs_archive_2020_01",
            "everybody has DELETE on table public.scenario_metrics_archive",
            "mallory has UPDATE on table public.archive_jobs",
            "mallory has EXECUTE on function archive.make_unified_views()",
            "analyst has SELECT on table archive.rows_left",
            "mallory may create objects in schema archive_bin")
        .doesNotContain("analyst has SELECT on view", "scenario_logs_archive;");

    makeRightsAgain();

    assertThat(column(RIGHTS_OF_OTHERS))
        .containsExactly(
            "archive_jobs analyst SELECT",
            "archive_jobs app SELECT",
            "scenario_logs_archive analyst SELECT",
            "scenario_logs_archive_2020_01 app SELECT",
            "v_scenario_logs_all analyst SELECT");
    assertThat(column("SELECT has_table_privilege('archive_operator', 'archive.audit', 'UPDATE')"))
        .containsExactly("f");
    assertThat(rights()).startsWith("OK");
  }

  /** What a policy of somebody's own archives to is his; that others may change it is said. */
  @Test
  void anArchiveOfYourOwnKeepsItsGrants() throws SQLException {
    migrate();
    sql(
        "CREATE TABLE orders (id int PRIMARY KEY, placed_at timestamptz NOT NULL)",
        "CREATE TABLE orders_archive (id int, placed_at timestamptz NOT NULL, archived_at timestamptz NOT NULL DEFAULT now(),"
            + " archive_batch_id uuid, PRIMARY KEY (id, placed_at)) PARTITION BY RANGE (placed_at)",
        "ALTER TABLE orders_archive OWNER TO archive_owner",
        "INSERT INTO archive.policies (name, kind, time_column, archive_after) VALUES ('orders', 'move', 'placed_at', '1 year')",
        "INSERT INTO archive.policy_tables (policy, position, source_schema, source_table, archive_schema, archive_table)"
            + " VALUES ('orders', 0, 'public', 'orders', 'public', 'orders_archive')",
        "GRANT DELETE ON orders_archive TO app");

    makeRightsAgain();

    assertThat(column(RIGHTS_OF_OTHERS)).containsExactly("orders_archive app DELETE");
    assertThat(rights()).isEqualTo("WARNING: app has DELETE on table public.orders_archive");
  }

  private void makeArchiveBeforehand() throws SQLException {
    migrate();
    sql(
        "DROP VIEW v_scenario_logs_all, v_scenario_metrics_all, v_reports_all",
        "DROP SCHEMA archive, archive_bin CASCADE",
        "DROP TABLE archive_jobs, scenario_metrics_archive, reports_archive",
        "ALTER TABLE scenario_logs_archive OWNER TO app",
        "CREATE TABLE scenario_logs_archive_2020_01 PARTITION OF scenario_logs_archive"
            + " FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z')",
        "ALTER TABLE scenario_logs_archive_2020_01 OWNER TO app",
        "INSERT INTO scenario_logs_archive SELECT gen_random_uuid(), gen_random_uuid(), '2020-01-05Z', 'x', 'x', 'api', 1, false, 1, 1");
  }

  @Test
  void anArchiveThatWasThereKeepsItsRowsAndNoRights() throws SQLException {
    makeArchiveBeforehand();
    sql(
        "GRANT ALL ON scenario_logs_archive, scenario_logs_archive_2020_01 TO mallory WITH GRANT OPTION",
        "GRANT UPDATE (source), SELECT (source) ON scenario_logs_archive TO PUBLIC");

    migrate();

    assertThat(column("SELECT count(*) FROM scenario_logs_archive")).containsExactly("1");
    assertThat(
            column(
                "SELECT DISTINCT relowner::regrole FROM pg_class WHERE relname LIKE 'scenario_logs_archive%' AND relkind IN ('r', 'p')"))
        .containsExactly("archive_owner");
    assertThat(column(RIGHTS_OF_OTHERS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TRIGGER shows BEFORE DELETE ON scenario_logs_archive FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE TRIGGER shows BEFORE DELETE ON scenario_logs_archive_2020_01 FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE shows AS ON INSERT TO scenario_logs_archive DO ALSO NOTIFY x",
        "CREATE POLICY shows ON scenario_logs_archive USING (true)",
      })
  void anArchiveWithWhatOthersHungOnItIsNotTaken(String added) throws SQLException {
    makeArchiveBeforehand();
    sql(added);

    assertThatThrownBy(this::migrate)
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            failure -> {
              assertThat(failure.error()).isEqualTo(ArchiveError.POLICY_REFUSED);
              assertThat(failure.getMessage())
                  .contains("scenario_logs_archive is there already")
                  .contains(" shows on ");
            });
    assertThat(column("SELECT to_regnamespace('archive')::text")).containsExactly((String) null);
    assertThat(column("SELECT count(*) FROM scenario_logs_archive")).containsExactly("1");
  }
}
