package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever could migrate can take it back. */
class UninstallTest {
  @TempDir Path home;
  private TestDatabase db;
  private String role;

  @BeforeEach
  void createEmptyDatabase() {
    db = TestDatabase.empty();
    role = db.name() + "_owner";
    db.cluster().createMigrator(db.name(), role, "only-for-this-test");
  }

  @AfterEach
  void dropDatabase() {
    db.close();
    db.cluster().execute("postgres", "DROP ROLE " + role);
  }

  @Test
  void aRoleThatIsNoSuperuserUninstallsWhatItMigratedAndMigratesAgain() {
    Archivist archivist =
        Archivist.in(home)
            .with("DATABASE_URL", db.cluster().url(db.name(), role, "only-for-this-test"));
    Archivist.Result migrated =
        archivist.run("migrate", "--host", "runner", "--preset", "scenario");
    assertThat(migrated.code()).as(migrated.err()).isZero();
    String memberships = memberships();

    Archivist.Result result = archivist.run("uninstall", "--yes");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("gone: DROP ROUTINE archive.accept_columns(text)")
        .contains("gone: DROP VIEW public.v_scenario_logs_all")
        .contains("left: public.scenario_logs_archive");
    assertThat(memberships()).isEqualTo(memberships).doesNotContain("archive_engine");
    assertThat(archivist.run("migrate", "--host", "runner").code()).isZero();
    assertThat(archivist.run("run", "--all").code()).isZero();
  }

  @Test
  void whatSomebodyElseMadeInItsSchemaStays() {
    Archivist archivist =
        Archivist.in(home)
            .with("DATABASE_URL", db.cluster().url(db.name(), role, "only-for-this-test"));
    assertThat(archivist.run("migrate", "--host", "runner").code()).isZero();
    db.execute(
        "CREATE FUNCTION archive.theirs() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE AGGREGATE archive.total(int) (SFUNC = int4pl, STYPE = int)");

    Archivist.Result result = archivist.run("uninstall", "--yes");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("left: function archive.theirs() of postgres, which is not Archivist's")
        .contains("left: aggregate archive.total(integer) of postgres, which is not Archivist's");
    assertThat(db.value("SELECT archive.total(archive.theirs())")).isEqualTo("1");
  }

  private String memberships() {
    return db.value(
        "SELECT pg_catalog.array_agg(DISTINCT roleid::regrole::text)::text"
            + " FROM pg_catalog.pg_auth_members m WHERE member = ?::regrole"
            // since PostgreSQL 16 who made a role has the right to join it
            + " AND coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)",
        role);
  }
}
