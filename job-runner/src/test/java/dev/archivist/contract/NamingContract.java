package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.testing.PolicySql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A member of archive_owner names tables; by that nobody gains a right to one. */
abstract class NamingContract extends EngineContract {
  private static final String RANGE = "{\"from\": \"2000-01-01\", \"to\": \"2100-01-01\"}";

  private Login owner;

  @BeforeEach
  void anOwner() {
    owner = new Login(db, "archive_owner");
    clock("2026-07-15T12:00:00Z");
    db.execute(
        "CREATE TABLE public.secret (id int PRIMARY KEY, at timestamptz NOT NULL, word text)",
        "INSERT INTO public.secret VALUES (1, '2020-01-05Z', 'hunter2')",
        "CREATE TABLE public.taken (LIKE public.secret, archived_at timestamptz NOT NULL,"
            + " archive_batch_id uuid NOT NULL) PARTITION BY RANGE (at)",
        "ALTER TABLE public.taken OWNER TO archive_owner");
    // what the engine may do in the database is not what the role may that names a table
    db.execute("GRANT SELECT, DELETE, INSERT ON public.secret TO archive_engine");
  }

  @AfterEach
  void noOwner() {
    owner.close();
  }

  private void asOwner(String... statements) throws SQLException {
    try (Connection session = owner.connect();
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      for (String each : statements) {
        statement.execute(each);
      }
      session.commit();
    }
  }

  private void nameSecret() throws SQLException {
    asOwner(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
            + " VALUES ('steal', 'move', 'at', '1 year')",
        PolicySql.table("steal", "secret", "taken"));
  }

  @Test
  void rowsAreTakenOnlyWhereWhoNamedTheTableMayTakeThem() throws Exception {
    nameSecret();
    for (String privilege : new String[] {"SELECT", "DELETE"}) {
      try (Connection session = quietly()) {
        assertThat(json(engine().plan(session, "steal")).get("refusals").toString())
            .contains("named public.secret for policy \\\"steal\\\", and may not " + privilege);
        session.rollback();
        Failures.assertFails(() -> engine().begin(session, "steal"), "ZA004");
        session.rollback();
        Failures.assertFails(() -> engine().verify(session, "steal"), "ZA004");
        session.rollback();
      }
      db.execute("GRANT " + privilege + " ON public.secret TO archive_owner");
    }
    assertThat(run("steal").deleted()).isEqualTo(1);
    try (Connection session = quietly()) {
      Failures.assertFails(() -> engine().beginRestore(session, "steal", RANGE), "ZA004")
          .hasMessageContaining("may not INSERT");
      session.rollback();
    }
    db.execute("REVOKE ALL ON public.secret FROM archive_owner");
    // whoever may, says that it is right
    db.execute("UPDATE archive.policy_tables SET position = position WHERE policy = 'steal'");
    assertThat(plan("steal").get("refusals").toString()).doesNotContain("named public.secret");
  }

  @Test
  void whoNamedATableCannotBeForged() throws Exception {
    nameSecret();
    asOwner("UPDATE archive.policy_tables SET named_by = 'postgres' WHERE policy = 'steal'");
    assertThat(column("SELECT named_by FROM archive.policy_tables WHERE policy = 'steal'"))
        .containsExactly(owner.name());
    asOwner("UPDATE archive.policies SET name = 'stolen' WHERE name = 'steal'");
    db.execute("UPDATE archive.policies SET name = 'stolen_again' WHERE name = 'stolen'");
    assertThat(column("SELECT named_by FROM archive.policy_tables WHERE policy = 'stolen_again'"))
        .containsExactly(owner.name());
  }

  /** Another name is no other table: not even in one statement. */
  @Test
  void whoeverNamesOtherTablesWhileRenamingNamesThem() throws Exception {
    db.execute(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
            + " VALUES ('ours', 'move', 'at', '1 year')",
        PolicySql.table("ours", "other", "taken"));

    asOwner(
        """
        WITH renamed AS (UPDATE archive.policies SET name = 'ours_2' WHERE name = 'ours' RETURNING name)
        UPDATE archive.policy_tables t SET policy = renamed.name, source_table = 'secret'
        FROM renamed WHERE t.policy = 'ours'
        """);

    assertThat(column("SELECT named_by FROM archive.policy_tables WHERE policy = 'ours_2'"))
        .containsExactly(owner.name());
    assertThat(plan("ours_2").get("refusals").toString()).contains("and may not SELECT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE SCHEMA hidden; ALTER TABLE public.secret SET SCHEMA hidden |"
            + " UPDATE archive.policy_tables SET source_schema = 'hidden' WHERE policy = 'steal' |"
            + " hidden.secret for policy \\\"steal\\\", and may not use its schema",
        "ALTER TABLE public.secret ENABLE ROW LEVEL SECURITY;"
            + " CREATE POLICY nothing ON public.secret USING (false) | SELECT 1 |"
            + " public.secret for policy \\\"steal\\\", and may not see all its rows past its row-level security"
      })
  void rowsThatWhoNamedTheTableMayNotSeeAreNotTaken(String change, String naming, String refused)
      throws Exception {
    db.execute("GRANT SELECT, DELETE ON public.secret TO archive_owner");
    nameSecret();
    for (String each : change.split(";")) {
      db.execute(each);
    }
    asOwner(naming);

    assertThat(plan("steal").get("refusals").toString()).contains(refused);
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "nobody"})
  void rowsAreOnlyPutWhereWhoNamedTheTableMayPutThem(String whose) throws Exception {
    db.execute("GRANT SELECT, DELETE ON public.secret TO archive_owner");
    nameSecret();
    String role = db.name() + "_nobody";
    if (whose.equals("nobody")) {
      db.execute("CREATE ROLE " + role);
    }
    db.execute(
        "ALTER TABLE public.taken OWNER TO " + (whose.equals("nobody") ? role : "CURRENT_USER"));

    assertThat(plan("steal").get("refusals").toString())
        .contains("named public.taken for policy")
        .contains("act as its owner");

    if (whose.equals("nobody")) {
      db.execute("DROP OWNED BY " + role + " CASCADE", "DROP ROLE " + role);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pg_catalog, pg_authid, public, taken",
    "information_schema, sql_features, public, taken",
    "archive, ledger, public, taken",
    "archive_bin, x, public, taken",
    "pg_toast, x, public, taken",
    "public, secret, archive, ledger",
    "public, secret, archive_bin, x",
    "public, secret, pg_catalog, pg_class",
  })
  void tablesOfPostgresAndOfTheProgramAreNobodys(
      String sourceSchema, String source, String archiveSchema, String archive) {
    db.execute(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
            + " VALUES ('steal', 'move', 'at', '1 year')");
    assertThatThrownBy(
            () ->
                db.execute(
                    "INSERT INTO archive.policy_tables (policy, position, source_schema, source_table,"
                        + " archive_schema, archive_table) VALUES ('steal', 0, '%s', '%s', '%s', '%s')"
                            .formatted(sourceSchema, source, archiveSchema, archive)))
        .hasMessageContaining("tables_are_of_the_application");
  }

  /** A copy goes where whoever asks for it may put rows, whoever brings it there. */
  @Test
  void aCopyIsOnlyAskedForWhereOneMayPutIt() throws Exception {
    String request =
        "SELECT archive.request('logs', '{\"action\": \"restore\", \"from\": \"2020-01-01\","
            + " \"to\": \"2020-02-01\", \"into\": \"%s\"}')";
    for (String target :
        new String[] {"public.secret", "pg_catalog.pg_authid", "archive.ledger_2"}) {
      assertThatThrownBy(() -> asOwner(request.formatted(target)))
          .as(target)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("ZA012"));
    }
    db.execute("GRANT INSERT ON public.secret TO archive_owner");
    asOwner(request.formatted("public.secret"));
  }

  /** The table may be made, or change hands, while the copy that was asked for waits. */
  @Test
  void aCopyThatWaitsFillsNoTableThatCameLater() throws Exception {
    db.execute("GRANT CREATE ON SCHEMA public TO archive_owner");
    String options =
        "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"into\": \"public.later\"}";
    asOwner(
        "SELECT archive.request('logs', '%s')"
            .formatted(options.replaceFirst("\\{", "{\"action\": \"restore\", ")));
    db.execute(
        "CREATE TABLE public.later (LIKE public.scenario_logs, PRIMARY KEY (id, received_at))");

    try (Connection session = quietly()) {
      Failures.assertFails(() -> engine().beginRestore(session, "logs", options), "ZA004")
          .hasMessageContaining(
              "role " + owner.name() + " asked for a copy into public.later, and may not INSERT");
    }
  }

  /** Functions that change an archive with rights of the program's own run nobody else's code. */
  @Test
  void functionsWithTheProgramsRightsRunNobodyElsesCode() throws Exception {
    String bin = "00000000-0000-0000-0000-0000000000aa";
    db.execute("GRANT SELECT, DELETE ON public.secret TO archive_owner");
    nameSecret();
    asOwner(
        "SET ROLE archive_owner",
        "CREATE SEQUENCE public.calls",
        "CREATE FUNCTION public.evil(int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$"
            + " BEGIN IF current_user = 'archive_engine' THEN PERFORM nextval('public.calls'); END IF;"
            + " RETURN true; END $$",
        "GRANT ALL ON SEQUENCE public.calls TO PUBLIC",
        "CREATE TABLE public.part (LIKE public.taken)",
        "INSERT INTO public.part VALUES (1, '2019-01-05Z', 'a', now(), '" + bin + "')",
        "ALTER TABLE public.taken ADD CHECK (public.evil(id))",
        "INSERT INTO archive.bin (bin_id, policy, month, state)"
            + " VALUES ('%s', 'steal', '2019-01-01', 'detaching')".formatted(bin),
        "INSERT INTO archive.bin_tables (bin_id, position, table_name, partition_name, rows, bytes,"
            + " source_rows, digest_a, digest_b, content, types)"
            + " VALUES ('%s', 0, 'x', 'part', 1, 1, 1, 0, 0, '{id}', '{integer}')".formatted(bin));

    for (String call :
        new String[] {
          "SELECT archive.fit_from_bin('%s')",
          "SELECT archive.attach_from_bin('%s')",
          "SELECT archive.make_month_partition('steal', '2020-01-01')"
        }) {
      assertThatThrownBy(() -> asOwner(call.formatted(bin)))
          .as(call)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("ZA004"));
    }
    // an index instead
    asOwner(
        "SET ROLE archive_owner",
        "ALTER TABLE public.taken DROP CONSTRAINT taken_id_check",
        "CREATE INDEX ON public.part ((public.evil(id)))");
    assertThatThrownBy(() -> asOwner("SELECT archive.move_to_bin('%s')".formatted(bin)))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("ZA004"));
    assertThat(db.value("SELECT is_called FROM public.calls")).isEqualTo("f");
  }
}
