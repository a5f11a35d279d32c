package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.NeedsPostgres16;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Since PostgreSQL 16 a member may have been given neither a role's rights nor the right to act as
 * it. Who may not act as a role gains no right by being its member.
 */
@NeedsPostgres16
class MembershipTest extends CodeOfTheApplication implements HostedByRunner {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADMIN FALSE, INHERIT FALSE, SET FALSE | true",
        "ADMIN TRUE, INHERIT FALSE, SET FALSE | true",
        "ADMIN FALSE, INHERIT TRUE, SET FALSE | true",
        "ADMIN FALSE, INHERIT FALSE, SET TRUE | false",
        "ADMIN FALSE, INHERIT TRUE, SET TRUE | false",
      })
  void codeOfAMemberRunsOnlyIfTheyMayActAsTheRunner(String options, boolean refused)
      throws Exception {
    asApplication(CHECK);
    db.execute("GRANT postgres TO " + app + " WITH " + options);

    assertThat(refusals().contains("which role " + app + " may replace")).isEqualTo(refused);
  }

  /** A group administers the runner's role, and its member may not act as the group. */
  @Test
  void nobodyActsThroughAGroupThatTheyMayNotActAs() throws Exception {
    asApplication(CHECK);
    String group = app + "_group";
    db.execute(
        "CREATE ROLE " + group,
        "GRANT postgres TO " + group + " WITH ADMIN TRUE, INHERIT TRUE, SET TRUE",
        "GRANT " + group + " TO " + app + " WITH ADMIN FALSE, INHERIT FALSE, SET FALSE");
    try {
      assertThat(refusals()).contains("which role " + app + " may replace");
    } finally {
      db.execute("DROP ROLE " + group);
    }
  }

  @ParameterizedTest
  @CsvSource({"FALSE", "TRUE"})
  void aJobIsAskedForOnlyByWhoMayActAsOneWhoMay(boolean set) throws Exception {
    try (Login login = new Login(db, "archive_operator")) {
      db.execute(
          "GRANT archive_owner TO %s WITH INHERIT FALSE, SET %s".formatted(login.name(), set));
      try (Connection session = login.connect()) {
        String restore =
            "INSERT INTO archive.jobs (job_type, status, action, options)"
                + " VALUES ('logs', 'pending', 'restore', '{}')";
        if (set) {
          as(session, restore);
        } else {
          Failures.assertFails(() -> as(session, restore), "ZA012");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"FALSE", "TRUE"})
  void anArchiveIsNamedOnlyByWhoMayActAsItsOwner(boolean set) throws Exception {
    giveToTheApplication("scenario_logs_archive");
    try (Login login = new Login(db, "archive_owner")) {
      db.execute("GRANT %s TO %s WITH INHERIT TRUE, SET %s".formatted(app, login.name(), set));
      try (Connection session = login.connect()) {
        as(session, "UPDATE archive.policy_tables SET position = position WHERE policy = 'logs'");
      }

      assertThat(refusals().contains("may not act as its owner, " + app)).isNotEqualTo(set);
    }
  }
}
