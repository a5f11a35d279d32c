package dev.archivist.db.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.contract.Login;
import dev.archivist.db.migrate.Migrations;
import dev.archivist.testing.NeedsPostgres16;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who could replace what the program runs is named. */
class RightsCheckTest {
  private TestDatabase db;

  @BeforeEach
  void createFreshDatabase() {
    db = TestDatabase.migrated();
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  private DatabaseChecks.Finding rights() {
    return finding("rights");
  }

  private DatabaseChecks.Finding finding(String what) {
    return new DatabaseChecks(db.database())
        .all().stream().filter(finding -> finding.what().equals(what)).findFirst().orElseThrow();
  }

  /** As whoever migrates is one. */
  @Test
  void anOwnerOfLiveTablesWhoMayChangeWhatIsArchivedIsNamed() {
    assertThat(finding("owners of live tables").verdict()).isEqualTo("OK");
    try (Login login = new Login(db, "archive_owner")) {
      db.execute("ALTER TABLE public.scenario_logs OWNER TO " + login.name());
      DatabaseChecks.Finding found = finding("owners of live tables");
      db.execute("REVOKE archive_owner FROM " + login.name());
      String then = finding("owners of live tables").verdict();
      db.execute("ALTER TABLE public.scenario_logs OWNER TO postgres");

      assertThat(found.verdict()).isEqualTo("WARNING");
      assertThat(found.found())
          .isEqualTo(
              login.name() + ", who owns public.scenario_logs, is a member of archive_owner");
      assertThat(then).isEqualTo("OK");
    }
  }

  /** Nobody compares, drops or restores what no entry of the bin has. */
  @Test
  void whatNobodyPutIntoTheBinIsNamed() {
    assertThat(finding("bin").verdict()).isEqualTo("OK");
    db.execute(
        "CREATE TABLE archive_bin.stray (x int PRIMARY KEY, y serial)",
        "CREATE VIEW archive_bin.\"Shown\" AS SELECT 1");

    assertThat(finding("bin").verdict()).isEqualTo("WARNING");
    assertThat(finding("bin").found())
        .isEqualTo("no entry of archive.bin has archive_bin.\"Shown\", archive_bin.stray");
  }

  /** Functions of the program have the rights of the roles that own them. */
  @Test
  void whatTheOwnersOfTheProgramCouldDoBesidesIsNamed() {
    db.execute("GRANT pg_write_all_data TO archive_engine");
    DatabaseChecks.Finding found = rights();
    db.execute("REVOKE pg_write_all_data FROM archive_engine");

    assertThat(found.verdict()).isEqualTo("WARNING");
    assertThat(found.found()).isEqualTo("archive_engine is a member of pg_write_all_data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DISABLE TRIGGER", "ENABLE REPLICA TRIGGER"})
  void aTriggerOfTheProgramThatWillNotFireIsNamed(String how) {
    db.execute("ALTER TABLE archive.policies " + how + " audit");

    assertThat(rights().verdict()).isEqualTo("WARNING");
    assertThat(rights().found()).isEqualTo("trigger audit on archive.policies is disabled");
    assertThat(rights().hint()).contains("ENABLE");
  }

  @Test
  void afterAMigrationNobodyCould() {
    assertThat(rights().verdict()).as(rights().found()).isEqualTo("OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive_engine", "archive_auditor"})
  void membersAreNamed(String role) {
    try (Login login = new Login(db, role)) {
      assertThat(rights().verdict()).isEqualTo("WARNING");
      assertThat(rights().found())
          .isEqualTo(login.name() + " is a member of " + role + " (INHERIT, SET)");
    }
    assertThat(rights().verdict()).isEqualTo("OK");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FUNCTION archive.clock() | function archive.clock() belongs to archive_reader",
        "TABLE archive.ledger | table archive.ledger belongs to archive_reader",
        "VIEW archive.jobs | view archive.jobs belongs to archive_reader",
      })
  void objectsOfOthersAreNamed(String object, String found) {
    db.execute("ALTER " + object + " OWNER TO archive_reader");

    assertThat(rights().verdict()).isEqualTo("WARNING");
    assertThat(rights().found()).isEqualTo(found);
  }

  /** As where a dump was restored: there is more to be mended than that. */
  @Test
  void aSchemaOfOthersIsToBeMigrated() {
    db.execute("ALTER SCHEMA archive OWNER TO archive_reader");

    assertThat(finding("schema").verdict()).isEqualTo("FAILED");
    assertThat(finding("schema").hint()).isEqualTo("Run archivist migrate.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUBLIC", "archive_reader"})
  void whoMayPutObjectsBesideThemIsNamed(String whom) {
    db.execute("GRANT CREATE ON SCHEMA archive TO " + whom);

    assertThat(rights().verdict()).isEqualTo("WARNING");
    assertThat(rights().found())
        .isEqualTo(
            (whom.equals("PUBLIC") ? "everybody" : whom) + " may create objects in schema archive");
  }

  /** Whoever had a right on them for a while may have left something. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TRIGGER shows AFTER INSERT ON public.archive_jobs FOR EACH ROW EXECUTE FUNCTION public.shows() | trigger shows on public.archive_jobs is not Archivist's",
        "CREATE TRIGGER shows INSTEAD OF INSERT ON public.v_archive_growth FOR EACH ROW EXECUTE FUNCTION public.shows() | trigger shows on public.v_archive_growth is not Archivist's",
        "CREATE RULE shows AS ON INSERT TO archive.audit_inbox DO ALSO NOTIFY x | rule shows on archive.audit_inbox is not Archivist's",
        "CREATE POLICY shows ON archive.holds USING (true) | policy shows on archive.holds is not Archivist's",
        "CREATE INDEX shows ON archive.ledger (public.shows(policy)) | index archive.shows, which calls public.shows(text), is not Archivist's",
        "CREATE INDEX shows ON archive.ledger (policy) WHERE public.shows(policy) = 1 | index archive.shows, which calls public.shows(text), is not Archivist's",
        "ALTER TABLE archive.bin ADD CONSTRAINT shows CHECK (public.shows(policy) = 1) | constraint shows on table archive.bin, which calls public.shows(text), is not Archivist's",
        "CREATE TABLE public.more () INHERITS (archive.ledger) | the inheritance of public.more from archive.ledger is not Archivist's",
      })
  void whatOthersHungOnTheProgramsTablesIsNamed(String added, String found) {
    db.execute(
        "CREATE FUNCTION public.shows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE FUNCTION public.shows(text) RETURNS int IMMUTABLE LANGUAGE sql RETURN 1",
        added);

    assertThat(rights().verdict()).isEqualTo("WARNING");
    assertThat(rights().found()).isEqualTo(found);
  }

  /** Whoever made the schema may have let others into it. */
  @Test
  void aSchemaThatWasThereBeforeLetsNobodyIn() {
    try (TestDatabase early = TestDatabase.empty()) {
      early.execute(
          "CREATE SCHEMA archive",
          "GRANT CREATE, USAGE ON SCHEMA archive TO PUBLIC",
          "GRANT CREATE, USAGE ON SCHEMA archive TO pg_monitor WITH GRANT OPTION");

      new Migrations(early.database()).migrate();

      assertThat(
              early.value(
                  "SELECT has_schema_privilege('pg_monitor', 'archive', 'CREATE, USAGE')::text"))
          .isEqualTo("false");
      assertThat(rights().verdict()).isEqualTo("OK");
    }
  }

  /** A membership that gives no right yet may be the right to take one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADMIN TRUE, INHERIT FALSE, SET FALSE | ADMIN",
        "ADMIN FALSE, INHERIT TRUE, SET FALSE | INHERIT",
        "ADMIN FALSE, INHERIT FALSE, SET TRUE | SET",
        "ADMIN TRUE, INHERIT TRUE, SET TRUE | ADMIN, INHERIT, SET",
        "ADMIN FALSE, INHERIT FALSE, SET FALSE | without any option",
      })
  @NeedsPostgres16
  void membersAreNamedWithWhatTheyMay(String options, String found) {
    try (Login login = new Login(db, "archive_reader")) {
      db.execute("GRANT archive_auditor TO " + login.name() + " WITH " + options);

      assertThat(rights().verdict()).isEqualTo("WARNING");
      assertThat(rights().found())
          .isEqualTo(login.name() + " is a member of archive_auditor (" + found + ")");
    }
  }

  /** Since PostgreSQL 16 only members with ADMIN can let others join. */
  @Test
  void whoMayJoinThemUnseenIsSaid() throws SQLException {
    String role = db.name() + "_makes_roles";
    db.execute("CREATE ROLE " + role + " CREATEROLE");
    try (Connection session = db.connect();
        Statement statement = session.createStatement()) {
      statement.execute("SET ROLE " + role);
      String join = "GRANT archive_auditor TO " + role;
      if (db.cluster().version() < NeedsPostgres16.VERSION) {
        assertThat(rights().found()).contains("CREATEROLE may join them").contains(role);
        statement.execute(join);
        assertThat(rights().found()).contains(role + " is a member of archive_auditor (");
      } else {
        assertThat(rights().found()).doesNotContain("CREATEROLE");
        assertThatThrownBy(() -> statement.execute(join)).hasMessageContaining("permission denied");
      }
    } finally {
      db.execute("DROP ROLE " + role);
    }
  }
}
