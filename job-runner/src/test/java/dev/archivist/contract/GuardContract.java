package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.db.JobSession;
import dev.archivist.engine.error.ArchiveError;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What would make a run unsafe is refused before anything is touched, with what, why and a hint.
 */
abstract class GuardContract extends EngineContract {

  /** What somebody did to the tables, and what the plan and the run must say. */
  static Stream<Arguments> reasonsAgainstLogs() {
    return Stream.of(
        Arguments.of(
            "CREATE TABLE public.child (log_id uuid REFERENCES public.scenario_logs)",
            "foreign key child_log_id_fkey of public.child points at public.scenario_logs"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs ADD parent uuid REFERENCES public.scenario_logs;"
                + " ALTER TABLE public.scenario_logs_archive ADD parent uuid",
            "foreign key scenario_logs_parent_fkey of public.scenario_logs points at public.scenario_logs"),
        Arguments.of(
            trigger("BEFORE DELETE", "FOR EACH ROW"),
            "trigger watch of public.scenario_logs fires on DELETE"),
        Arguments.of(
            trigger("AFTER DELETE OR UPDATE", "FOR EACH ROW"),
            "trigger watch of public.scenario_logs fires on DELETE"),
        Arguments.of(
            trigger("AFTER DELETE", "FOR EACH STATEMENT"),
            "trigger watch of public.scenario_logs fires on DELETE"),
        Arguments.of(
            trigger("BEFORE DELETE", "FOR EACH ROW")
                + "; ALTER TABLE public.scenario_logs ENABLE ALWAYS TRIGGER watch",
            "trigger watch of public.scenario_logs fires on DELETE"),
        Arguments.of(
            "CREATE RULE keep AS ON DELETE TO public.scenario_logs DO INSTEAD NOTHING",
            "rule keep of public.scenario_logs rewrites DELETE"),
        Arguments.of(
            "CREATE TABLE public.younger () INHERITS (public.scenario_logs)",
            "public.scenario_logs has child tables"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs ADD COLUMN \"new One\" text",
            "public.scenario_logs has a column new One that the archive lacks"),
        Arguments.of(
            "DROP VIEW public.v_scenario_logs_all; ALTER TABLE public.scenario_logs ALTER COLUMN token_count TYPE bigint",
            "column token_count is bigint in public.scenario_logs but integer in the archive"),
        Arguments.of(
            "DROP VIEW public.v_scenario_logs_all; ALTER TABLE public.scenario_logs ALTER COLUMN source TYPE varchar(120)",
            "column source is character varying(120) in public.scenario_logs but"
                + " character varying(100) in the archive"),
        Arguments.of(
            "DROP VIEW public.v_scenario_logs_all; ALTER TABLE public.scenario_logs_archive DROP COLUMN token_count, ADD COLUMN token_count"
                + " integer GENERATED ALWAYS AS (size_bytes * 2) STORED",
            "column token_count is integer in public.scenario_logs but generated integer in the archive"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs_archive DROP COLUMN archive_batch_id",
            "public.scenario_logs_archive has no column archive_batch_id"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs_archive ADD COLUMN reviewed_by text NOT NULL",
            "column reviewed_by of public.scenario_logs_archive must have a value"),
        Arguments.of(
            "CREATE TABLE public.rest PARTITION OF public.scenario_logs_archive DEFAULT",
            "public.scenario_logs_archive has a DEFAULT partition"),
        Arguments.of(
            trigger("BEFORE INSERT OR UPDATE", "FOR EACH ROW")
                .replace("public.scenario_logs", "public.scenario_logs_archive"),
            "trigger watch of public.scenario_logs_archive fires on INSERT"),
        Arguments.of(
            "SELECT archive.make_month_partition('logs', '2020-01-01'); "
                + trigger("BEFORE INSERT", "FOR EACH ROW")
                    .replace("public.scenario_logs", "public.scenario_logs_archive_2020_01"),
            "trigger watch of public.scenario_logs_archive_2020_01 fires on INSERT"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs_archive OWNER TO CURRENT_USER",
            "role archive_owner may not add partitions to public.scenario_logs_archive"),
        Arguments.of(
            "REVOKE CREATE ON SCHEMA public FROM archive_owner, PUBLIC",
            "role archive_owner may not create tables in schema public"),
        Arguments.of(
            "DROP TABLE public.scenario_logs CASCADE",
            "live table public.scenario_logs is not there"),
        Arguments.of(
            "DROP TABLE public.scenario_logs_archive CASCADE",
            "archive table public.scenario_logs_archive is not there"),
        Arguments.of(
            "DROP VIEW public.v_scenario_logs_all; ALTER TABLE public.scenario_logs ALTER COLUMN received_at TYPE timestamp",
            "public.scenario_logs has no timestamptz column received_at"),
        Arguments.of(
            "UPDATE archive.policies SET time_column = 'message_hash' WHERE name = 'logs'",
            "public.scenario_logs_archive is not partitioned by range of message_hash"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs RENAME TO real_logs;"
                + " CREATE VIEW public.scenario_logs AS SELECT * FROM public.real_logs",
            "public.scenario_logs is not an ordinary table"),
        Arguments.of(
            "ALTER TABLE public.scenario_logs RENAME TO real_logs;"
                + " CREATE TABLE public.scenario_logs (LIKE public.real_logs) PARTITION BY RANGE (received_at)",
            "public.scenario_logs is not an ordinary table"));
  }

  private static String trigger(String when, String level) {
    return """
        CREATE FUNCTION public.watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
        CREATE TRIGGER watch %s ON public.scenario_logs %s EXECUTE FUNCTION public.watch()
        """
        .formatted(when, level)
        .strip();
  }

  @ParameterizedTest
  @MethodSource("reasonsAgainstLogs")
  void refusesMove(String statement, String what) {
    fillLogs(50);
    db.execute(statement);

    assertRefused(db.database(), "logs", what);
  }

  static Stream<Arguments> reasonsAgainstMetrics() {
    return Stream.of(
        Arguments.of(
            "ALTER TABLE public.scenario_metrics ALTER COLUMN unit DROP NOT NULL",
            "column unit of public.scenario_metrics may be null"),
        Arguments.of(
            "ALTER TABLE public.scenario_metrics ALTER COLUMN value DROP NOT NULL",
            "column value of public.scenario_metrics may be null"),
        Arguments.of(
            "DROP VIEW public.v_scenario_metrics_all; ALTER TABLE public.scenario_metrics ALTER COLUMN value TYPE numeric(20, 6)",
            "column value is not the same in public.scenario_metrics and the archive"),
        Arguments.of(
            "ALTER TABLE public.scenario_metrics DROP COLUMN unit CASCADE",
            "column unit is not the same in public.scenario_metrics and the archive"),
        Arguments.of(
            """
            DROP TABLE public.scenario_metrics_archive CASCADE;
            CREATE TABLE public.scenario_metrics_archive (id uuid, scenario_id uuid,
              timestamp timestamp, metric_type varchar(50), metric_name varchar(100),
              value numeric(15, 6), unit varchar(20), archived_at timestamptz,
              archive_batch_id uuid, is_aggregated boolean, aggregation_period text,
              sample_count int, value_sum numeric, value_min numeric, value_max numeric)
              PARTITION BY RANGE (timestamp);
            ALTER TABLE public.scenario_metrics_archive OWNER TO archive_owner
            """,
            "public.scenario_metrics_archive has no timestamptz column timestamp"));
  }

  @ParameterizedTest
  @MethodSource("reasonsAgainstMetrics")
  void refusesRollup(String statement, String what) {
    fillMetrics(50);
    db.execute(statement);

    assertRefused(db.database(), "metrics", what);
  }

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
      session.begin("logs");
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
      Failures.assertFails(() -> session.begin("logs"), ArchiveError.POLICY_REFUSED)
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
      db.execute(
          "UPDATE archive.policies SET source_schema = '%s', source_table = 'passing' WHERE name = 'logs'"
              .formatted(schema));

      assertRefused(db.database(), "logs", schema + ".passing is a temporary table");
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
          "role " + login.name() + " may not UPDATE public.scenario_metrics_archive");
    }
  }

  @Test
  void aPolicyThatNamesWhatNoTableCanBeCalledIsInvalid() {
    db.execute(
        "INSERT INTO archive.policies (name, kind, source_schema, source_table, archive_schema,"
            + " archive_table, time_column, archive_after) VALUES ('long', 'move', 'public', repeat('x', 64),"
            + " 'public', 'y', 'at', interval '1 year')");

    Failures.assertFails(() -> db.archive().plan("long"), ArchiveError.POLICY_INVALID)
        .hasMessageContaining("policy \"long\" is invalid: identifier is longer than 63 bytes");
  }

  /** The plan says so and counts nothing; the run is refused and nothing has changed. */
  private void assertRefused(Database database, String policy, String what) {
    List<List<String>> before = everything();
    JsonNode plan = json(new Archive(database).plan(policy));
    JsonNode refusal = null;
    for (JsonNode each : plan.get("refusals")) {
      if (each.get("what").asText().equals(what)) {
        refusal = each;
      }
    }
    assertThat(refusal).as("%s in %s", what, plan.get("refusals").toPrettyString()).isNotNull();
    assertThat(refusal.get("why").asText()).matches("[a-z].*[^.]");
    assertThat(refusal.get("hint").asText()).matches("(?s)[A-Z].*[.;]");
    assertThat(plan.get("steps")).isEmpty();
    assertThat(plan.get("windows")).isEmpty();
    try (JobSession session = JobSession.open(database, policy)) {
      Failures.assertFails(() -> session.begin(policy), ArchiveError.POLICY_REFUSED)
          .hasMessageStartingWith("policy \"" + policy + "\" is refused: ")
          .hasMessageContaining(what + " (" + refusal.get("why").asText() + ")");
    }
    assertThat(everything()).isEqualTo(before);
  }
}
