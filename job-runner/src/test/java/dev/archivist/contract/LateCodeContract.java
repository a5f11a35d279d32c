package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.CodeState;
import dev.archivist.engine.policy.Policies;
import dev.archivist.testing.LiveData;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Code that the owner of a table adds after the guards have looked, and before a statement is
 * planned: what it does is undone, or a superuser keeps it out.
 */
abstract class LateCodeContract extends CodeOfTheApplication {
  /**
   * Forgets the ledger, if the role that runs it may, and has all texts be the same from then on.
   */
  private static final String FORGET =
      """
      CREATE OR REPLACE FUNCTION public.seize() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF current_user <> '%s' THEN
          DELETE FROM archive.ledger;
          PERFORM set_config('search_path', 'lies, pg_catalog', false);
        END IF;
      EXCEPTION WHEN OTHERS THEN NULL;
      END $$
      """;

  /** An operator that finds everything the same. */
  private void lie() {
    db.execute("CREATE SCHEMA lies AUTHORIZATION " + app, "GRANT USAGE ON SCHEMA lies TO PUBLIC");
    asApplication(
        "CREATE FUNCTION lies.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
            + " CREATE OPERATOR lies.= (LEFTARG = text, RIGHTARG = text, FUNCTION = lies.same);"
            + " CREATE FUNCTION lies.nothing(text, text) RETURNS text LANGUAGE sql AS $$SELECT ''$$;"
            + " CREATE OPERATOR lies.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = lies.nothing);"
            + " CREATE FUNCTION lies.same(uuid, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
            + " CREATE OPERATOR lies.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = lies.same)");
    asApplication(FORGET.formatted(app));
  }

  @Override
  void archiveSome() {
    LiveData.makeMonths(db, "logs", "scenario_logs", "received_at");
    run("logs");
    fillLogs(90);
  }

  private List<List<String>> ledger() {
    return db.rows("SELECT * FROM archive.ledger ORDER BY policy, position, month");
  }

  private void addsAnIndexMeanwhile(ThrowingCall call) throws Exception {
    addsAnIndexMeanwhile("public.scenario_logs", call);
  }

  private void addsAnIndexMeanwhile(String table, ThrowingCall call) throws Exception {
    lie();
    List<List<String>> before = ledger();
    assertThat(before).isNotEmpty();
    try (Rival owner = new Rival(db);
        Connection session = quietly()) {
      owner.execute("SET ROLE " + app);
      owner
          .execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE")
          .execute("CREATE INDEX ON " + table + " ((public.evil(1)))");
      Future<String> waiting =
          owner.blocks(
              () -> {
                try {
                  String said = call.on(session);
                  session.commit();
                  return said;
                } catch (SQLException e) {
                  session.rollback();
                  return e.getSQLState();
                }
              });
      owner.commit();

      assertThat(waiting.get()).containsAnyOf("40001", "ZA004", "public.evil(integer)");
    }
    assertThat(ledger()).isEqualTo(before);
  }

  @FunctionalInterface
  private interface ThrowingCall {
    String on(Connection session) throws SQLException;
  }

  @Test
  void anIndexThatIsAddedDuringAPlanDoesNothing() throws Exception {
    addsAnIndexMeanwhile(session -> engine().plan(session, "logs"));
  }

  @Test
  void anIndexThatIsAddedWhileARestoreBeginsDoesNothing() throws Exception {
    addsAnIndexMeanwhile(
        session ->
            engine()
                .beginRestore(session, "logs", "{\"from\": \"2023-01-01\", \"to\": \"2027-01-01\"}")
                .toString());
  }

  @Test
  void anIndexThatIsAddedToTheTableOfACopyDoesNothing() throws Exception {
    db.execute(
        "CREATE TABLE public.copy (LIKE public.scenario_logs, PRIMARY KEY (id, received_at))",
        "ALTER TABLE public.copy OWNER TO " + app,
        "GRANT SELECT, INSERT ON public.copy TO archive_owner");
    String options = "{\"from\": \"2023-01-01\", \"to\": \"2027-01-01\", \"into\": \"copy\"}";

    addsAnIndexMeanwhile(
        "public.copy", session -> engine().beginRestore(session, "logs", options).toString());
  }

  /** A snapshot that is older than an index shows it to nobody but the planner. */
  @ParameterizedTest
  @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
  void nobodyLooksAtCodeWithAnOldSnapshot(int isolation) throws SQLException {
    String range = "{\"from\": \"2023-01-01\", \"to\": \"2027-01-01\"}";
    for (ThrowingCall call :
        List.<ThrowingCall>of(
            session -> engine().plan(session, "logs"),
            session -> engine().verify(session, "logs"),
            session -> engine().begin(session, "logs").toString(),
            session -> engine().beginRestore(session, "logs", range).toString())) {
      try (Connection session = quietly()) {
        session.setTransactionIsolation(isolation);
        Failures.assertFails(() -> call.on(session), "ZA004")
            .hasMessageContaining("cannot be worked on at isolation level");
        session.rollback();
      }
    }
  }

  /** No lock of a batch that lets a VACUUM work keeps a statistics object out. */
  @Test
  void statisticsThatAreAddedDuringABatchUndoIt() throws Exception {
    lie();
    rowLockTimeout("1min");
    try (Rival other = new Rival(db);
        Connection session = quietly()) {
      UUID job = engine().begin(session, "logs");
      session.commit();
      List<List<String>> before = ledger();
      List<String> rows = allLogs();
      // the batch has looked, and been planned, when it waits for this row's key
      other.execute(
          "INSERT INTO public.scenario_logs_archive SELECT *, now(), gen_random_uuid()"
              + " FROM public.scenario_logs ORDER BY received_at LIMIT 1");
      Future<String> waiting =
          other.blocks(
              () -> {
                try {
                  BatchResult result = engine().runBatch(session, job);
                  session.commit();
                  return result.deleted() > 0 ? "moved" : "nothing";
                } catch (SQLException e) {
                  session.rollback();
                  return e.getSQLState();
                }
              });
      boolean added = addsStatistics();
      other.rollback();

      assertThat(waiting.get()).isEqualTo(added ? "40001" : "moved");
      assertThat(allLogs()).isEqualTo(rows);
      if (added) {
        assertThat(ledger()).isEqualTo(before);
        Failures.assertFails(() -> engine().runBatch(session, job), "ZA004");
        session.rollback();
      }
    }
    assertLedgerIsRight("logs");
  }

  private boolean addsStatistics() throws SQLException {
    try (Connection owner = db.connect()) {
      as(owner, "SET ROLE " + app, "SET lock_timeout = '300ms'");
      as(
          owner,
          "CREATE STATISTICS public.late ON (public.evil(1)), size_bytes FROM public.scenario_logs");
      return true;
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo("55P03");
      return false;
    }
  }

  @TestFactory
  Stream<DynamicTest> whateverIsAddedIsSeen() {
    return each(
        Stream.concat(
            ways(),
            Stream.of(
                "CREATE POLICY p ON public.%1$s USING (public.evil(1) = 1)",
                "CREATE RULE r AS ON DELETE TO public.%1$s DO ALSO SELECT public.evil(1)",
                "ALTER TABLE public.%1$s ALTER token_count SET DEFAULT public.evil(1)")),
        "scenario_logs",
        way -> {
          // it is there by now; without it the state is another
          try (Connection session = quietly()) {
            CodeState with =
                CodeState.of(session, Policies.named(session, "logs"), Optional.empty());
            session.commit();
            db.execute(
                "DROP FUNCTION IF EXISTS public.evil(int), public.evil(text), public.same, public.sum,"
                    + " public.shown CASCADE");
            Failures.assertFails(() -> with.require(session), "40001");
            session.rollback();
          }
        });
  }

  @Test
  void aTrustedFunctionThatIsReplacedIsSeen() throws Exception {
    asApplication("CREATE INDEX ON public.scenario_logs ((public.evil(1)))");
    trustAllOfTheApplication();
    try (Connection session = quietly()) {
      CodeState trusted = CodeState.of(session, Policies.named(session, "logs"), Optional.empty());
      session.commit();
      asApplication(
          "CREATE OR REPLACE FUNCTION public.evil(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2'");

      Failures.assertFails(() -> trusted.require(session), "40001");
      session.rollback();
    }
  }

  @Test
  void whatRunsNoCodeIsNoReason() throws Exception {
    try (Connection session = quietly()) {
      CodeState code = CodeState.of(session, Policies.named(session, "logs"), Optional.empty());
      session.commit();
      fillLogs(10);
      db.execute("VACUUM (ANALYZE) public.scenario_logs");
      db.execute(
          "CREATE TABLE public.of_others (a int CHECK (a > 0))",
          "CREATE INDEX ON public.of_others ((a + 1))");
      db.value("SELECT archive.make_month_partition('logs', '1999-01-01')");

      assertThatCode(() -> code.require(session)).doesNotThrowAnyException();
      session.rollback();
    }
  }
}
