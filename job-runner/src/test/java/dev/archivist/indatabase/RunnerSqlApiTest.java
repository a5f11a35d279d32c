package dev.archivist.indatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.contract.Login;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** The SQL API of a database without PL/Java: what can be queued is, the rest says what to do. */
class RunnerSqlApiTest extends SqlApiContract {
  @Override
  TestDatabase createDatabase() {
    return TestDatabase.migrated();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT archive.begin_job('logs')",
        "SELECT * FROM archive.run_batch(gen_random_uuid())",
        "SELECT archive.finish_job(gen_random_uuid(), 'failed', 'x')",
        "CALL archive.run('logs')"
      })
  void whatNeedsTheEngineSaysThatItIsNotSupportedAndWhatIs(String call) throws SQLException {
    try (Login login = new Login(db, "archive_operator");
        Connection operator = connect(login.url())) {
      assertThatThrownBy(() -> execute(operator, call))
          .isInstanceOfSatisfying(
              PSQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("0A000");
                assertThat(e.getServerErrorMessage().getMessage()).contains("needs PL/Java");
                assertThat(e.getServerErrorMessage().getHint())
                    .contains("SELECT archive.request(")
                    .contains("archivist doctor");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "verify"})
  void aQuestionIsQueuedForARunner(String question) throws SQLException {
    try (Login login = new Login(db, "archive_reader");
        Connection reader = connect(login.url())) {
      execute(reader, "SELECT archive." + question + "('logs')");
      assertThat(db.rows("SELECT job_type, action, status, requested_by FROM archive_jobs"))
          .containsExactly(List.of("logs", question, "pending", login.name()));
    }
  }

  @Test
  void theHintOfAQueuedQuestionIsAStatementThatRuns() {
    String statement =
        db.value("SELECT substring(archive.plan('logs') ->> 'hint' FROM 'SELECT .*;')");

    assertThat(db.value(statement)).isEqualTo("pending");
  }

  @Test
  void anUnknownPolicyIsNotQueued() {
    assertThatThrownBy(() -> db.execute("SELECT archive.plan('nope')"))
        .hasMessageContaining("no policy is named \"nope\"");
    assertThat(db.number("SELECT count(*) FROM archive_jobs")).isZero();
  }
}
