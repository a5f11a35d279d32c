package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.doctor.DatabaseChecks;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may vouch for a function, in which words, and until when it counts; wherever the engine is.
 */
class TrustTest extends CodeOfTheApplication implements HostedByRunner {

  private static void assertFailsWith(String state, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE OR REPLACE FUNCTION public.evil(int) RETURNS int IMMUTABLE LANGUAGE plpgsql"
            + " AS $$ BEGIN PERFORM public.seize(); RETURN $1 ; END $$",
        "CREATE OR REPLACE FUNCTION public.evil(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'",
        "ALTER FUNCTION public.evil(int) SECURITY DEFINER",
        "ALTER FUNCTION public.evil(int) VOLATILE",
        "ALTER FUNCTION public.evil(int) SET search_path = public",
        "ALTER FUNCTION public.evil(int) COST 7",
        "RESET ROLE; CREATE ROLE {app}_2; ALTER FUNCTION public.evil(int) OWNER TO {app}_2",
      })
  void anyChangeOfItEndsTheTrust(String change) throws Exception {
    asApplication(CHECK);
    db.execute(TRUST);
    assertThat(refusals()).doesNotContain("may replace");

    asApplication(change.replace("{app}", app));

    assertThat(refusals()).contains("it was trusted, and has been changed since");
    db.execute(TRUST);
    assertThat(refusals()).doesNotContain("may replace");
    if (change.contains("{app}")) {
      db.execute("DROP OWNED BY " + app + "_2 CASCADE", "DROP ROLE " + app + "_2");
    }
  }

  @Test
  void doctorNamesTheTrustsThatCountNoMore() throws Exception {
    asApplication(CHECK);
    db.execute(TRUST);
    assertThat(trusts()).isEqualTo("OK: every trust counts");

    asApplication("ALTER FUNCTION public.evil(int) COST 7");

    assertThat(trusts())
        .startsWith("WARNING: public.evil(integer), for which ")
        .endsWith(" vouched: changed");
  }

  private String trusts() {
    return new DatabaseChecks(db.database())
        .all().stream()
            .filter(finding -> finding.what().equals("trusted functions"))
            .map(finding -> finding.verdict() + ": " + finding.found())
            .findFirst()
            .orElseThrow();
  }

  /** A function that its caller's rights were lent to does not vouch in the caller's name. */
  @Test
  void aFunctionVouchesAsItsOwner() throws Exception {
    asApplication(CHECK);
    asApplication(
        "SET check_function_bodies = off; CREATE FUNCTION public.sly() RETURNS text SECURITY DEFINER LANGUAGE sql"
            + " AS $$ SELECT archive.trust('public.evil(integer)') $$");
    assertFailsWith("42501", () -> asSuperuser("SELECT public.sly()"));

    db.execute("GRANT archive_owner TO " + app);
    asSuperuser("SELECT public.sly()");

    assertThat(db.value("SELECT trusted_by FROM archive.trusted_functions")).isEqualTo(app);
    assertThat(refusals()).contains("may replace");
  }

  private void asSuperuser(String statement) throws SQLException {
    try (Connection session = db.connect()) {
      as(session, statement);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive_operator", "archive_reader", "pg_monitor"})
  void whoMayNotVouchIsRefused(String role) throws Exception {
    try (Login login = new Login(db, role);
        Connection session = login.connect()) {
      for (String statement :
          List.of(
              TRUST,
              "INSERT INTO archive.trusted_functions (routine) VALUES ('public.evil(integer)')",
              "DELETE FROM archive.trusted_functions",
              "SELECT archive.revoke_trust('public.evil(integer)')")) {
        assertFailsWith("42501", () -> as(session, statement));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER ROLE {voucher} NOSUPERUSER",
        "ALTER ROLE {voucher} RENAME TO {voucher}_2",
        "DROP ROLE {voucher}",
        "DROP ROLE {voucher}; CREATE ROLE {voucher} SUPERUSER",
      })
  void aVoucherWhoIsGoneOrNoSuperuserAnyMoreDoesNotCount(String change) throws Exception {
    String voucher = db.name() + "_voucher";
    asApplication(CHECK);
    db.execute("CREATE ROLE " + voucher + " SUPERUSER", "SET ROLE " + voucher, TRUST);
    assertThat(refusals()).doesNotContain("may replace");

    db.execute(change.replace("{voucher}", voucher).split("; "));

    assertThat(refusals()).contains("may replace");
    db.execute("DROP ROLE IF EXISTS " + voucher, "DROP ROLE IF EXISTS " + voucher + "_2");
  }

  @Test
  void itIsTakenBackAndAllOfItIsAudited() throws Exception {
    asApplication(CHECK);
    db.execute(TRUST);
    assertThat(db.value("SELECT archive.revoke_trust('public.evil')")).isEqualTo("1");

    assertThat(refusals()).contains("may replace").doesNotContain("was trusted");
    assertThat(
            column(
                "SELECT details ->> 'routine' FROM archive.audit WHERE action LIKE 'trusted function%'"))
        .hasSize(2)
        .containsOnly("public.evil(integer)");
    assertThat(db.value("SELECT archive.verify_audit() ->> 'ok'")).isEqualTo("true");
    assertFailsWith("ZA047", () -> asSuperuser("SELECT archive.revoke_trust('public.evil')"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NULL",
        "''",
        "'('",
        "'nothing'",
        "'public.nothing(integer)'",
        "'public.evil'",
        "'evil(integer)'",
        "'public.evil(nothing)'",
        "'a.b.c.d'",
        "E'\\\\x(); DROP TABLE archive.audit'",
      })
  void aFunctionThatIsNotClearIsAnError(String function) {
    assertFailsWith("ZA047", () -> asSuperuser("SELECT archive.trust(" + function + ")"));
    assertThat(db.rows("SELECT * FROM archive.trusted_functions")).isEmpty();
  }

  @Test
  void namesMayBeAnything() throws Exception {
    db.execute("GRANT CREATE ON DATABASE " + db.name() + " TO " + app);
    asApplication(
        "CREATE SCHEMA \"a.b\"; CREATE FUNCTION \"a.b\".\"odd (name)\"\" ü\"(int, text) RETURNS int IMMUTABLE"
            + " LANGUAGE sql AS 'SELECT $1';"
            + " ALTER TABLE public.scenario_logs ADD CHECK (\"a.b\".\"odd (name)\"\" ü\"(1, source) = 1)");
    assertThat(refusals()).contains("may replace");

    trustAllOfTheApplication();

    assertThat(refusals()).doesNotContain("may replace");
  }
}
