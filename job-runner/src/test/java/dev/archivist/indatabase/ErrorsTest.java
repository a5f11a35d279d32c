package dev.archivist.indatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.archivist.testing.LiveData;
import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a client of the database sees when the engine in it refuses or fails. */
@NeedsPlJava
class ErrorsTest {
  private TestDatabase db;
  private Connection client;

  @BeforeEach
  void createDatabase() throws SQLException {
    db = TestDatabase.migrated(PlJavaCluster.shared().orElseThrow());
    LiveData.logs(db, 900);
    LiveData.makeMonths(db, "logs", "scenario_logs", "received_at");
    client = db.connect();
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    client.close();
    db.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT archive.plan('nope')",
        "SELECT archive.verify('nope')",
        "SELECT archive.begin_job('nope')",
        "CALL archive.run('nope')"
      })
  void anUnknownPolicyIsNamedWithStateDetailAndHint(String call) {
    ServerErrorMessage error = failure(call);

    assertThat(error.getSQLState()).isEqualTo("ZA002");
    assertThat(error.getMessage()).isEqualTo("no policy is named \"nope\"");
    assertThat(error.getDetail()).contains("nope");
    assertThat(error.getHint()).contains("archive.policies");
  }

  @Test
  void aHeldPolicyNamesItsHolder() throws SQLException {
    execute("SET application_name = 'night shift'");
    execute("SELECT archive.begin_job('logs')");
    try (Connection other = db.connect()) {
      ServerErrorMessage error = failure(other, "SELECT archive.begin_job('logs')");

      assertThat(error.getSQLState()).isEqualTo("ZA001");
      assertThat(error.getMessage()).contains("is held by \"night shift\"");
      assertThat(error.getHint()).isNotEmpty();
    }
  }

  @Test
  void aJobThatDoesNotRunIsSaidToAndNoEmptyDetailIsSent() {
    ServerErrorMessage error = failure("SELECT archive.run_batch(gen_random_uuid())");

    assertThat(error.getSQLState()).isEqualTo("ZA005");
    assertThat(error.getMessage()).startsWith("job ").endsWith("is not running");
    assertThat(error.getDetail()).isNull();
  }

  @Test
  void aPolicyThatAGuardRefusesSaysWhatAndWhy() {
    db.execute("CREATE TABLE public.child (log uuid REFERENCES public.scenario_logs (id))");

    ServerErrorMessage error = failure("SELECT archive.begin_job('logs')");

    assertThat(error.getSQLState()).isEqualTo("ZA004");
    assertThat(error.getMessage()).contains("policy \"logs\" is refused").contains("child");
    assertThat(error.getHint()).isNotEmpty();
  }

  @Test
  void filesAreLeftToTheRunnerAndTheJobIsNotLeftOpen() {
    ServerErrorMessage error = failure("CALL archive.run('reports')");

    assertThat(error.getSQLState()).isEqualTo("ZA004");
    assertThat(error.getHint()).contains("archive.request");
    assertThat(db.rows("SELECT FROM archive_jobs WHERE status IN ('pending', 'running')"))
        .isEmpty();
  }

  @Test
  void anErrorOfPostgreSqlKeepsItsStateAndItsWords() throws SQLException {
    String content = spoil();
    String job = begin();

    ServerErrorMessage error = failure("SELECT archive.run_batch('" + job + "')");

    assertThat(error.getSQLState()).isEqualTo("P0001");
    assertThat(error.getMessage()).isEqualTo("nothing from api");
    assertThat(LiveData.conserved(db)).isEqualTo(content);
  }

  @Test
  void aBatchThatFailsLeavesNoTrace() throws SQLException {
    spoil();
    String job = begin();
    String before = everything();

    failure("SELECT archive.run_batch('" + job + "')");

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void aBatchThatFailsInATransactionDoesNotHinderWhatIsRolledBackToASavepoint()
      throws SQLException {
    spoil();
    String job = begin();
    client.setAutoCommit(false);
    execute("CREATE TABLE public.mine (id int)");
    execute("SAVEPOINT mine");
    failure("SELECT archive.run_batch('" + job + "')");
    execute("ROLLBACK TO SAVEPOINT mine");
    client.commit();

    assertThat(db.number("SELECT count(*) FROM public.mine")).isZero();
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isZero();
  }

  @Test
  void aCalledJobThatFailsKeepsItsCommittedBatchesAndIsClosedWithTheReason() {
    db.execute(
        "UPDATE archive.policies SET batch_rows = 100 WHERE name = 'logs'",
        raising("NEW.size_bytes <= 500"));
    String content = LiveData.conserved(db);

    ServerErrorMessage error = failure("CALL archive.run('logs')");

    assertThat(error.getSQLState()).isEqualTo("P0001");
    assertThat(error.getMessage()).contains("nothing from api");
    assertThat(db.rows("SELECT status, records_archived FROM archive_jobs").toString())
        .isEqualTo("[[failed, 400]]");
    assertThat(db.value("SELECT error_message FROM archive_jobs")).contains("nothing from api");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(400);
    assertThat(LiveData.conserved(db)).isEqualTo(content);
    assertThat(db.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).isZero();
    assertThat(db.value("SELECT archive.verify('logs') ->> 'ok'")).isEqualTo("true");
  }

  @Test
  void aCallWithinATransactionBlockIsRefusedAndLeavesNoJobOpen() throws SQLException {
    client.setAutoCommit(false);
    ServerErrorMessage error = failure("CALL archive.run('logs')");
    client.rollback();
    client.setAutoCommit(true);

    assertThat(error.getSQLState()).isEqualTo("2D000");
    assertThat(db.number("SELECT count(*) FROM archive_jobs")).isZero();
    execute("CALL archive.run('logs')");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(601);
    assertThat(db.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).isZero();
  }

  /** From now on every batch fails; gives the content. */
  private String spoil() {
    db.execute(raising("NEW.source = 'api'"));
    return LiveData.conserved(db);
  }

  /** What is wrong is no matter of a single row then, whatever the trigger looks at. */
  private static String raising(String when) {
    return """
        CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF %s THEN
            RAISE EXCEPTION 'nothing from api';
          END IF;
          RETURN NULL;
        END
        $$;
        CREATE TRIGGER refuse AFTER INSERT ON public.scenario_logs_archive
        FOR EACH ROW EXECUTE FUNCTION public.refuse()
        """
        .formatted(when);
  }

  private String begin() throws SQLException {
    try (Statement statement = client.createStatement();
        ResultSet row = statement.executeQuery("SELECT archive.begin_job('logs')")) {
      row.next();
      return row.getString(1);
    }
  }

  /** Every row of ours, every partition, and which transaction wrote what. */
  private String everything() {
    return List.of(
            db.rows("SELECT xmin, * FROM archive_jobs"),
            db.rows("SELECT xmin, * FROM archive.job_progress"),
            db.rows("SELECT * FROM archive.batches"),
            db.rows("SELECT * FROM archive.ledger"),
            db.rows("SELECT count(*), count(DISTINCT xmin::text) FROM scenario_logs"),
            db.rows("SELECT * FROM scenario_logs_archive"),
            db.rows("SELECT inhrelid::regclass FROM pg_inherits ORDER BY 1"),
            db.rows("SELECT locktype, classid, objid FROM pg_locks WHERE locktype = 'advisory'"))
        .toString();
  }

  private void execute(String sql) throws SQLException {
    SqlApiContract.execute(client, sql);
  }

  private ServerErrorMessage failure(String sql) {
    return failure(client, sql);
  }

  private static ServerErrorMessage failure(Connection connection, String sql) {
    PSQLException failure =
        catchThrowableOfType(PSQLException.class, () -> SqlApiContract.execute(connection, sql));
    assertThat((Throwable) failure).as(sql).isNotNull();
    return failure.getServerErrorMessage();
  }
}
