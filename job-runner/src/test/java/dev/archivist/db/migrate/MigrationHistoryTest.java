package dev.archivist.db.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.config.DatabaseUrl;
import dev.archivist.db.Database;
import dev.archivist.db.doctor.DatabaseChecks;
import dev.archivist.db.migrate.Migrations.HostChoice;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.NeedsPostgres16;
import dev.archivist.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flyway's table belongs to nobody whose code could run with the rights of whoever reads it. */
class MigrationHistoryTest {
  private static final String HISTORY = "archive.flyway_schema_history";

  private TestDatabase db;
  private String owner;

  /** As managed databases give it: who owns the database may make roles, and is no superuser. */
  @BeforeEach
  void createDatabaseOfItsOwner() {
    db = TestDatabase.empty();
    owner = db.name() + "_owner";
    db.cluster().createMigrator(db.name(), owner, "only-for-this-test");
  }

  @AfterEach
  void dropDatabase() {
    String name = owner;
    db.close();
    db.cluster().execute("postgres", "DROP OWNED BY " + name, "DROP ROLE " + name);
  }

  private Database asOwner() {
    return Database.at(
        db.settings(), DatabaseUrl.parse(db.cluster().url(db.name(), owner, "only-for-this-test")));
  }

  private int migrateAsOwner() {
    try (Database database = asOwner()) {
      int executed = new Migrations(database).migrate(HostChoice.RUNNER).executed();
      assertThat(new Migrations(database).pending()).isFalse();
      return executed;
    }
  }

  private int migrateAsSuperuser() {
    return new Migrations(db.database()).migrate(HostChoice.RUNNER).executed();
  }

  /** As an upgrade has it: something is to be made again. */
  private void outdate() {
    db.execute("UPDATE " + HISTORY + " SET checksum = 1 WHERE script LIKE 'R\\_\\_20%'");
  }

  private String historyBelongsTo() {
    return db.value("SELECT relowner::regrole FROM pg_class WHERE oid = ?::regclass", HISTORY);
  }

  @Test
  void theOwnerMigratesAgainAndSoDoesASuperuserBetween() {
    assertThat(migrateAsOwner()).isPositive();
    assertThat(historyBelongsTo()).isEqualTo("archive_engine");
    outdate();
    assertThat(migrateAsOwner()).isPositive();
    outdate();
    assertThat(migrateAsSuperuser()).isPositive();
    outdate();
    assertThat(migrateAsOwner()).isPositive();
    assertThat(migrateAsOwner()).isZero();
    assertThat(historyBelongsTo()).isEqualTo("archive_engine");
  }

  @Test
  void itIsTheSameHoweverNamesAreShown() {
    migrateAsOwner();
    db.execute("ALTER DATABASE " + db.name() + " SET quote_all_identifiers = on");

    outdate();
    assertThat(migrateAsOwner()).isPositive();
    try (Database database = asOwner()) {
      assertThat(new DatabaseChecks(database).all())
          .filteredOn(finding -> finding.verdict().equals("FAILED"))
          .isEmpty();
    }
  }

  @Test
  void theOwnerMigratesAfterASuperuser() {
    migrateAsSuperuser();
    assertThat(historyBelongsTo()).isEqualTo("archive_engine");
    assertThat(migrateAsOwner()).isZero();
    outdate();
    assertThat(migrateAsOwner()).isPositive();
    outdate();
    assertThat(migrateAsSuperuser()).isPositive();
  }

  @Test
  void whoMigratesKeepsRowsOfItAndNothingElse() {
    migrateAsOwner();

    assertThat(
            db.value(
                "SELECT string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type)"
                    + " FROM pg_class c, aclexplode(c.relacl) a"
                    + " WHERE c.oid = ?::regclass AND a.grantee = ?::regrole",
                HISTORY,
                owner))
        .isEqualTo("DELETE INSERT SELECT UPDATE");
    assertThat(
            db.rows(
                """
                SELECT pg_describe_object(d.classid, d.objid, 0)
                FROM pg_shdepend d
                JOIN pg_database own ON own.oid = d.dbid AND own.datname = current_database()
                WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = ?::regrole AND d.deptype = 'o'
                  AND NOT (d.classid = 'pg_namespace'::regclass AND d.objid = 'public'::regnamespace)
                """,
                owner))
        .as("what belongs to who migrated")
        .isEmpty();
    assertThat(
            db.rows(
                // since PostgreSQL 16 who made a role has the right to join it
                "SELECT roleid::regrole FROM pg_auth_members m WHERE member = ?::regrole"
                    + " AND coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)",
                owner))
        .containsExactly(List.of("archive_owner"));
  }

  /** Since PostgreSQL 16 the right to make roles does not reach those that others made. */
  @Test
  @NeedsPostgres16
  void whoMayNotJoinTheRolesIsToldWhatHelps() {
    db.execute("REVOKE archive_owner, archive_engine, archive_auditor FROM " + owner);
    AtomicReference<String> hint = new AtomicReference<>("");

    for (String has :
        List.of("", "archive_owner", "archive_owner, archive_engine, archive_auditor")) {
      if (!has.isEmpty()) {
        db.execute("GRANT " + has + " TO " + owner);
      }
      assertThatThrownBy(this::migrateAsOwner)
          .isInstanceOfSatisfying(
              ArchiveFailure.class,
              refused -> {
                assertThat(refused.error().sqlState()).isEqualTo("ZA012");
                assertThat(refused)
                    .hasMessageMatching(
                        "this role may not join and leave .*archive_engine.*; nothing was made");
                hint.set(refused.hint());
              });
    }
    db.execute(
        "REVOKE archive_owner, archive_engine, archive_auditor FROM " + owner,
        hint.get().replaceAll("^[^:]*:|[^;]*$", ""));

    assertThat(migrateAsOwner()).isPositive();
    assertThat(historyBelongsTo()).isEqualTo("archive_engine");
  }

  /** As an application's own role, that no longer is what it was when it migrated first. */
  @Test
  void whoMayNotReadItIsToldWhatHelps() {
    migrateAsOwner();
    outdate();
    db.execute(
        "REVOKE archive_owner, archive_engine, archive_auditor FROM " + owner + " CASCADE",
        "REVOKE ALL ON " + HISTORY + " FROM " + owner,
        "ALTER ROLE " + owner + " NOCREATEROLE");
    AtomicReference<String> hint = new AtomicReference<>("");

    assertThatThrownBy(this::migrateAsOwner)
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            refused -> {
              assertThat(refused.error().sqlState()).isEqualTo("ZA012");
              assertThat(refused)
                  .hasMessage(
                      "this role may not read " + HISTORY + ", nor join the roles that may");
              hint.set(refused.hint());
            });
    db.execute(hint.get().replaceAll("^[^:]*:|[^;]*$", ""));

    assertThat(migrateAsOwner()).isPositive();
  }

  @Test
  @NeedsPostgres16
  void nobodyReadsOneOfAMemberWhoMayNotActAsThem() {
    migrateAsSuperuser();
    db.execute(
        "GRANT postgres TO " + owner + " WITH INHERIT FALSE, SET FALSE",
        "ALTER TABLE " + HISTORY + " OWNER TO " + owner);

    assertThatThrownBy(new Migrations(db.database())::pending)
        .hasMessageStartingWith(HISTORY + " belongs to " + owner);
  }

  @Test
  void nobodyReadsOneOfAnotherOwner() {
    migrateAsSuperuser();
    db.execute(
        "ALTER TABLE " + HISTORY + " OWNER TO " + owner,
        "CREATE TABLE public.harvest (role text)",
        "GRANT INSERT ON public.harvest TO PUBLIC",
        """
        CREATE FUNCTION public.trap(text) RETURNS text IMMUTABLE LANGUAGE plpgsql
        AS 'BEGIN INSERT INTO public.harvest VALUES (current_user); RETURN $1; END'
        """,
        "ALTER FUNCTION public.trap(text) OWNER TO " + owner,
        "CREATE STATISTICS archive.st ON (public.trap(description)), script FROM " + HISTORY);

    Migrations migrations = new Migrations(db.database());
    String message =
        HISTORY
            + " belongs to "
            + owner
            + ", whose code could run with the rights of whoever reads it";
    assertThatThrownBy(migrations::pending).hasMessage(message);
    assertThatThrownBy(migrations::currentVersion).hasMessage(message);
    assertThatThrownBy(() -> Uninstall.run(db.database())).hasMessage(message);
    assertThatThrownBy(this::migrateAsSuperuser)
        .isInstanceOfSatisfying(
            ArchiveFailure.class,
            refused ->
                assertThat(refused.hint())
                    .contains("ALTER TABLE " + HISTORY + " OWNER TO archive_engine;"));
    assertThat(new DatabaseChecks(db.database()).all())
        .anySatisfy(
            finding -> {
              assertThat(finding.what()).isEqualTo("schema");
              assertThat(finding.verdict()).isEqualTo("FAILED");
              assertThat(finding.found()).isEqualTo(message);
            });

    db.execute("ALTER TABLE " + HISTORY + " OWNER TO archive_engine");
    assertThatThrownBy(migrations::pending)
        .hasMessage(HISTORY + " is not as it was made: statistics archive.st");

    assertThat(db.rows("SELECT * FROM public.harvest")).isEmpty();
    db.execute("DROP STATISTICS archive.st");
    assertThat(migrations.pending()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX i ON archive.flyway_schema_history (lower(script))",
        "CREATE INDEX i ON archive.flyway_schema_history (script) WHERE success",
        "CREATE TRIGGER t BEFORE INSERT ON archive.flyway_schema_history FOR EACH ROW"
            + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE r AS ON INSERT TO archive.flyway_schema_history DO ALSO NOTHING",
        "CREATE POLICY p ON archive.flyway_schema_history USING (true)",
        "ALTER TABLE archive.flyway_schema_history ADD CHECK (script <> '')",
        "ALTER TABLE archive.flyway_schema_history ALTER script SET DEFAULT lower('A')",
        "CREATE TABLE archive.child () INHERITS (archive.flyway_schema_history)",
        "CREATE DOMAIN archive.d AS text;"
            + " ALTER TABLE archive.flyway_schema_history ADD more archive.d",
        "ALTER TABLE archive.flyway_schema_history RENAME TO h;"
            + " CREATE VIEW archive.flyway_schema_history AS SELECT * FROM archive.h",
      })
  void nobodyReadsOneThatSomethingWasAddedTo(String addition) {
    migrateAsSuperuser();
    db.execute(addition);

    assertThatThrownBy(() -> new Migrations(db.database()).pending())
        .isInstanceOf(ArchiveFailure.class)
        .hasMessageStartingWith(HISTORY + " is not as it was made: ");
  }
}
