package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.PolicySql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What would make a run unsafe is refused before anything is touched, with what, why and a hint.
 */
abstract class GuardContract extends EngineContract {

  @Test
  void aDisabledTriggerIsNoReason() {
    fillLogs(50);
    db.execute(
        trigger("BEFORE DELETE", "FOR EACH ROW"),
        "ALTER TABLE public.scenario_logs DISABLE TRIGGER watch");
    List<String> before = allLogs();

    assertThat(plan("logs").get("refusals")).isEmpty();
    run("logs");

    assertThat(allLogs()).isEqualTo(before);
  }

  @Test
  void aTriggerOnOtherEventsIsNoReason() {
    db.execute(trigger("BEFORE INSERT OR UPDATE", "FOR EACH ROW"));

    assertThat(plan("logs").get("refusals")).isEmpty();
  }

  /** Without looking again under lock, the trigger would fire for each row that moves. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TRIGGER late BEFORE DELETE ON public.scenario_logs FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE TABLE public.child (log_id uuid REFERENCES public.scenario_logs)",
        "CREATE TRIGGER late BEFORE INSERT ON public.scenario_logs_archive FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "ALTER TABLE public.scenario_logs ADD COLUMN late text"
      })
  void whatComesAfterTheJobBeganIsRefusedByItsNextBatch(String statement) {
    fillLogs(50);
    batchRows("logs", 10);
    List<List<String>> before;
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      session.runBatch();
      db.execute(statement);
      before = everything();

      Failures.assertFails(session::runBatch, ArchiveError.POLICY_REFUSED);
      assertThat(everything()).isEqualTo(before);
    }
  }

  /** The batch has looked; whoever would add a trigger now has to wait for it. */
  @Test
  void nobodyAddsATriggerWhileABatchIsInHand() throws Exception {
    fillLogs(50);
    batchRows("logs", 10);
    try (Connection batching = quietly();
        Rival rival = new Rival(db)) {
      UUID job = engine().begin(batching, "logs");
      batching.commit();
      engine().runBatch(batching, job);
      Future<?> trigger =
          rival.blocks(
              () -> {
                db.execute(trigger("BEFORE DELETE", "FOR EACH ROW"));
                return null;
              });
      batching.commit();
      trigger.get();

      Failures.assertFails(() -> engine().runBatch(batching, job), "ZA004");
      batching.rollback();
    }
    assertThat(allLogs()).hasSize(50);
  }

  @Test
  void allReasonsAreSaidAtOnce() {
    db.execute(
        trigger("BEFORE DELETE", "FOR EACH ROW"),
        "CREATE TABLE public.child (log_id uuid REFERENCES public.scenario_logs)",
        "ALTER TABLE public.scenario_logs ADD COLUMN extra text");

    assertThat(plan("logs").get("refusals")).hasSize(3);
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      Failures.assertFails(() -> session.begin(), ArchiveError.POLICY_REFUSED)
          .hasMessageContainingAll(
              "foreign key child_log_id_fkey", "trigger watch", "a column extra");
    }
  }

  @Test
  void aTemporaryTableIsRefused() throws SQLException {
    try (Connection session = db.connect();
        Statement statement = session.createStatement()) {
      statement.execute("CREATE TEMPORARY TABLE passing AS SELECT * FROM public.scenario_logs");
      String schema =
          db.value(
              "SELECT relnamespace::regnamespace::text FROM pg_class WHERE relname = 'passing'");
      assertThatThrownBy(
              () ->
                  db.execute(
                      "UPDATE archive.policy_tables SET source_schema = '%s', source_table = 'passing'"
                              .formatted(schema)
                          + " WHERE policy = 'logs'"))
          .hasMessageContaining("tables_are_of_the_application");
    }
  }

  @Test
  void aForeignTableIsRefused() {
    db.execute(
        "ALTER TABLE public.scenario_logs RENAME TO real_logs",
        "CREATE FOREIGN DATA WRAPPER nowhere",
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER nowhere",
        "CREATE FOREIGN TABLE public.scenario_logs (id uuid, received_at timestamptz) SERVER elsewhere",
        "GRANT SELECT, DELETE ON public.scenario_logs TO archive_operator");

    assertRefused(db.database(), "logs", "public.scenario_logs is not an ordinary table");
  }

  /** Whoever deletes a row elsewhere would delete archived ones. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ON DELETE CASCADE",
        "ON DELETE SET NULL",
        "ON DELETE SET DEFAULT",
        "ON UPDATE CASCADE",
        "ON UPDATE SET NULL",
        "ON UPDATE SET DEFAULT",
        "ON DELETE CASCADE ON UPDATE CASCADE"
      })
  void aForeignKeyThatChangesArchivedRowsIsRefused(String action) {
    db.execute(
        "CREATE TABLE public.tokens (n int PRIMARY KEY)",
        "ALTER TABLE public.scenario_logs_archive ADD CONSTRAINT counted FOREIGN KEY (token_count)"
            + " REFERENCES public.tokens "
            + action);

    assertRefused(
        db.database(),
        "logs",
        "foreign key counted of public.scenario_logs_archive says " + action);
  }

  @Test
  void aPartitionMayBeASourceUnlessItsParentHasATrigger() {
    db.execute(
        "CREATE TABLE public.parent (LIKE public.scenario_logs) PARTITION BY RANGE (received_at)",
        "CREATE TABLE public.part PARTITION OF public.parent FOR VALUES FROM ('2019-01-01Z') TO ('2022-01-01Z')",
        "INSERT INTO public.parent VALUES (gen_random_uuid(), gen_random_uuid(), '2020-01-01Z', 'h', NULL, 'api', 1, true, 1, 1)");
    movePolicy("part", "part", "part_archive", "received_at");
    List<String> before = content(LOG_COLUMNS, "part");
    assertThat(plan("part").get("refusals")).isEmpty();
    db.execute(
        trigger("AFTER DELETE", "FOR EACH ROW").replace("public.scenario_logs", "public.parent"));

    assertRefused(db.database(), "part", "trigger watch of public.part fires on DELETE");

    db.execute("ALTER TABLE public.parent DISABLE TRIGGER watch");
    run("part");
    assertThat(content(LOG_COLUMNS, "part_archive")).hasSize(1).isEqualTo(before);
  }

  @Test
  void rowLevelSecurityThatHidesRowsFromTheRoleIsRefused() {
    fillLogs(50);
    db.execute(
        "ALTER TABLE public.scenario_logs ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY visible ON public.scenario_logs USING (has_pii)");
    if (engine().worksAs("postgres").equals("postgres")) {
      assertThat(plan("logs").get("refusals")).as("a superuser sees all rows").isEmpty();
    }

    try (Login login = new Login(db, "archive_operator");
        Database database = open(login.url(), Map.of())) {
      assertRefused(
          database,
          "logs",
          "row-level security of public.scenario_logs applies to role "
              + engine().worksAs(login.name()));
    }
  }

  @Test
  void aLoginThatMayOnlyReadIsToldWhatItLacks() {
    fillLogs(50);
    fillMetrics(50);
    try (Login login = new Login(db, "archive_reader");
        Database database = open(login.url(), Map.of())) {
      assumeTrue(engine().worksAs(login.name()).equals(login.name()));
      assertRefused(
          database, "logs", "role " + login.name() + " may not DELETE public.scenario_logs");
      assertRefused(
          database,
          "logs",
          "role " + login.name() + " may not INSERT public.scenario_logs_archive");
      assertRefused(
          database,
          "metrics",
          "role "
              + login.name()
              + " may not UPDATE value, value_sum, value_min, value_max,"
              + " sample_count, nan_count, infinity_count, minus_infinity_count, archived_at,"
              + " archive_batch_id of public.scenario_metrics_archive");
    }
  }

  /** A schema of an application that has granted nothing yet, and names that must be quoted. */
  @Test
  void whatRefusalsSayCanBePastedAndMakesThePlanGo() throws SQLException {
    db.execute(
        "CREATE SCHEMA \"the Shop\"",
        "CREATE TABLE \"the Shop\".\"Order\" (id int PRIMARY KEY, \"placed At\" timestamptz NOT NULL)",
        "INSERT INTO \"the Shop\".\"Order\" VALUES (1, '2001-01-01Z'), (2, '2100-01-01Z')",
        "CREATE TABLE \"the Shop\".\"Order_archive\" (LIKE \"the Shop\".\"Order\","
            + " archived_at timestamptz NOT NULL DEFAULT now(), archive_batch_id uuid)"
            + " PARTITION BY RANGE (\"placed At\")",
        "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
            + " VALUES ('orders', 'move', 'placed At', interval '2 years')",
        "INSERT INTO archive.policy_tables (policy, position, source_schema, source_table,"
            + " archive_schema, archive_table) VALUES"
            + " ('orders', 0, 'the Shop', 'Order', 'the Shop', 'Order_archive')");
    try (Login login = new Login(db, "archive_operator");
        Database database = open(login.url(), Map.of())) {
      assertRefused(
          database,
          "orders",
          "role " + engine().worksAs(login.name()) + " may not use schema \"the Shop\"");
      JsonNode refusals = json(new Archive(database).plan("orders")).get("refusals");
      refusals.forEach(refusal -> db.execute(refusal.get("hint").asText()));

      assertThat(json(new Archive(database).plan("orders")).get("refusals")).isEmpty();
      try (JobSession session = JobSession.open(database, "orders")) {
        session.begin();
        while (!session.runBatch().done()) {
          // until the scan ends
        }
      }
      assertThat(column("SELECT id FROM \"the Shop\".\"Order_archive\"")).containsExactly("1");
    }
  }

  @Test
  void aPolicyThatNamesWhatNoTableCanBeCalledIsInvalid() {
    db.execute(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
            + " VALUES ('long', 'move', 'at', interval '1 year')",
        PolicySql.table("long", "x".repeat(64), "y"));

    Failures.assertFails(() -> db.archive().plan("long"), ArchiveError.POLICY_INVALID)
        .hasMessageContaining("policy \"long\" is invalid: identifier is longer than 63 bytes");
  }
}
