package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Who vouches for a function of others gives it no right that they do not have, and for what the
 * function is now.
 */
abstract class TrustContract extends CodeOfTheApplication {
  @TestFactory
  Stream<DynamicTest> whatASuperuserVouchesForMayBeRun() {
    return each(
        ways(),
        "scenario_logs",
        way -> {
          assertThat(refusals()).contains("may replace");

          trustAllOfTheApplication();

          assertThat(refusals()).doesNotContain("may replace");
          // made again as they were, the functions would still be trusted
          db.execute("DELETE FROM archive.trusted_functions");
        });
  }

  @Test
  void aTrustedFunctionRunsAndTheRowsMove() throws Exception {
    asApplication(CHECK);
    db.execute(TRUST);
    fillLogs(30);
    List<String> before = allLogs();

    assertThat(run("logs").deleted()).isPositive();

    assertThat(allLogs()).isEqualTo(before);
    try (Connection session = quietly()) {
      assertThat(json(engine().verify(session, "logs")).get("ok").asBoolean()).isTrue();
    }
  }

  /** What a function is does not depend on how the session that vouches for it writes values. */
  @Test
  void aFunctionIsTheOneThatWasTrustedWhateverTheSessionsSettingsAre() throws SQLException {
    asApplication(
        "CREATE FUNCTION public.later(at timestamptz DEFAULT timestamptz '2020-01-01Z',"
            + " ago interval DEFAULT interval '1 day 2 hours', ratio float8 DEFAULT 0.1,"
            + " raw bytea DEFAULT bytea '\\x00ff') RETURNS timestamptz IMMUTABLE LANGUAGE sql AS 'SELECT at'");
    asApplication(
        "ALTER TABLE public.scenario_logs ADD CHECK (public.later(received_at) IS NOT NULL)");
    assertThat(refusals()).contains("may replace");

    String other =
        "SET TimeZone = 'Asia/Kolkata'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = -3;"
            + " SET bytea_output = 'escape'; SET quote_all_identifiers = on; ";
    String later = "('public.later(timestamptz, interval, float8, bytea)')";
    db.execute(other + "SELECT archive.trust" + later);

    assertThat(refusals()).doesNotContain("may replace");

    db.execute(other + "SELECT archive.revoke_trust" + later);

    assertThat(refusals()).contains("may replace");
  }

  /**
   * It counts for the roles that the voucher may act as, and for no other. In the database the
   * engine works as a role that nobody may act as.
   */
  @Test
  void aVoucherGivesNoRightThatTheyDoNotHave() throws Exception {
    asApplication(CHECK);
    boolean worksAsItself = engine().worksAs("it").equals("it");
    try (Login owner = new Login(db, "archive_owner");
        Connection session = owner.connect();
        Database own = open(owner.url(), Map.of())) {
      as(session, TRUST);
      for (String forged :
          List.of(
              "UPDATE archive.trusted_functions SET trusted_by = 'postgres', trusted_by_oid = 10",
              "UPDATE archive.trusted_functions SET definition = ''",
              "INSERT INTO archive.trusted_functions (routine, trusted_by, trusted_by_oid)"
                  + " VALUES ('public.evil(text)', 'postgres', 10)")) {
        assertThatThrownBy(() -> as(session, forged))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
      assertThat(column("SELECT DISTINCT trusted_by FROM archive.trusted_functions"))
          .containsExactly(owner.name());

      assertThat(refusals()).contains("may replace");
      assertThat(new Archive(own).plan("logs").refusals().toString().contains("may replace"))
          .isNotEqualTo(worksAsItself);
    }
  }
}
