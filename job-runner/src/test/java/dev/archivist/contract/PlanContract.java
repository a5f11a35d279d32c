package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.job.BatchResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan is what the next run does, and nothing else happens. */
abstract class PlanContract extends EngineContract {

  @Test
  void aPlannedMoveIsWhatTheRunDoes() {
    clock("2026-03-05T12:34:56.789012Z");
    fillLogs(3000);
    db.execute("SELECT archive.make_month_partition('logs', '2024-07-01')");
    batchRows("logs", 170);

    assertRunDoesWhatThePlanSays("logs", "scenario_logs_archive");
  }

  @Test
  void aPlannedRollupIsWhatTheRunDoes() {
    clock("2026-03-05T12:34:56.789012Z");
    fillMetrics(3000);
    batchRows("metrics", 170);

    assertRunDoesWhatThePlanSays("metrics", "scenario_metrics_archive");
  }

  @Test
  void aPlannedRollupSaysHowManyValuesTheSamplesBecome() {
    clock("2026-03-05T12:34:56.789012Z");
    batchRows("metrics", 7);
    for (int hour = 0; hour < 24; hour += 8) {
      db.execute(
          sampleAt("2024-01-30T%02d:00:00Z".formatted(hour), "1"),
          sampleAt("2024-02-01T%02d:00:00Z".formatted(hour), "1"));
    }
    db.execute(sampleAt("2024-02-02T00:00:00Z", "1"));
    JsonNode plan = plan("metrics");

    assertThat(plan.get("rows").asLong()).isEqualTo(7);
    assertThat(plan.get("values").asLong()).isEqualTo(3);
    assertThat(plan.get("windows").findValuesAsText("values")).containsExactly("1", "2");
    assertThat(plan.get("warnings")).isEmpty();
    assertThat(run("metrics").archived()).isEqualTo(3);
    assertThat(plan("metrics").get("warnings")).isEmpty();
  }

  @Test
  void aRollupThatSavesNoRoomIsWarnedOf() {
    clock("2026-03-05T12:34:56.789012Z");
    db.execute(
        sampleAt("2024-01-30T00:00:00Z", "1"),
        sampleAt("2024-01-30T01:00:00Z", "1"),
        sampleAt("2024-01-31T00:00:00Z", "1"));

    assertThat(plan("metrics").get("warnings").get(0).asText())
        .isEqualTo(
            "3 samples become 2 daily values, each larger than a sample, so no room is saved;"
                + " set a longer period, or let kind move keep the samples as they are");

    db.execute(
        "UPDATE archive.policies SET settings = settings || '{\"period\": \"week\"}' WHERE name = 'metrics'");
    assertThat(plan("metrics").get("values").asLong()).isEqualTo(1);
    assertThat(plan("metrics").get("warnings")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"CASCADE,1", "SET NULL,1", "SET DEFAULT,1", "NO ACTION,0", "RESTRICT,0"})
  void aDeletionElsewhereThatWillNotReachArchivedRowsIsWarnedOf(String action, int warnings) {
    db.execute(
        "CREATE TABLE public.scenarios (id uuid PRIMARY KEY)",
        "ALTER TABLE public.scenario_logs ADD CONSTRAINT of_scenario FOREIGN KEY (scenario_id)"
            + " REFERENCES public.scenarios ON DELETE "
            + action);

    JsonNode found = plan("logs").get("warnings");

    assertThat(found).hasSize(warnings);
    if (warnings > 0) {
      assertThat(found.get(0).asText())
          .isEqualTo(
              "deleting a row of public.scenarios does not reach archived rows of public.scenario_logs,"
                  + " as foreign key of_scenario does live ones (ON DELETE "
                  + action
                  + "); if they must go too, restore them first: archivist restore --where");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TYPE public.mood AS ENUM (), public.mood, type public.mood",
    "TYPE public.mood AS ENUM (), public.mood[], type public.mood",
    "DOMAIN public.amount AS int, int4range, ''",
    "DOMAIN public.amount AS int, public.amount, type public.amount",
    "TYPE public.pair AS (a public.amount), public.pair, type public.pair",
    "'COLLATION public.cc (provider = libc, locale = \"C\")', text COLLATE public.cc, collation public.cc",
  })
  void whatWouldGoWithATypeThatIsDroppedIsWarnedOf(String kind, String type, String what) {
    String role = db.name() + "_app";
    try {
      db.execute(
          "CREATE ROLE " + role,
          "GRANT CREATE, USAGE ON SCHEMA public TO " + role,
          "CREATE DOMAIN public.amount AS bigint",
          kind.contains("amount AS") ? "DROP DOMAIN public.amount" : "SELECT 1",
          "SET ROLE " + role,
          "CREATE " + kind,
          "RESET ROLE",
          "ALTER TABLE public.scenario_logs ADD more " + type,
          "ALTER TABLE public.scenario_logs_archive ADD more " + type);

      JsonNode found = plan("logs").get("warnings");

      assertThat(found).hasSize(what.isEmpty() ? 0 : 1);
      if (!what.isEmpty()) {
        assertThat(found.get(0).asText())
            .isEqualTo(
                "role "
                    + role
                    + " may drop "
                    + what
                    + ", and by CASCADE what public.scenario_logs_archive has in more;"
                    + " let a role own it that nobody works as");
      }
    } finally {
      db.execute("DROP OWNED BY " + role + " CASCADE", "DROP ROLE " + role);
    }
  }

  @Test
  void aSecondPlanAfterTheRunIsEmpty() {
    fillLogs(300);
    run("logs");

    JsonNode plan = plan("logs");

    assertThat(plan.get("rows").asLong()).isZero();
    assertThat(plan.get("windows")).isEmpty();
    assertThat(plan.get("partitions_to_make")).isEmpty();
  }

  private void assertRunDoesWhatThePlanSays(String policy, String archive) {
    JsonNode plan = plan(policy);
    Set<String> before = partitions(archive);

    BatchResult total = run(policy);

    assertThat(total.processed()).isPositive().isEqualTo(plan.get("rows").asLong());
    assertThat(total.bytes()).isEqualTo(plan.get("bytes").asLong());
    assertThat(total.archived()).isEqualTo(plan.path("values").asLong(total.archived()));
    Set<String> made = partitions(archive);
    made.removeAll(before);
    List<String> planned = new ArrayList<>();
    plan.get("partitions_to_make").forEach(name -> planned.add(name.asText()));
    assertThat(made).isNotEmpty().containsExactlyInAnyOrderElementsOf(planned);
    List<String> windows = new ArrayList<>();
    plan.get("windows")
        .forEach(
            window ->
                windows.add(
                    window.get("month").asText()
                        + " "
                        + window.get("rows").asLong()
                        + " "
                        + window.get("bytes").asLong()));
    assertThat(windows)
        .hasSizeGreaterThan(9)
        .isEqualTo(
            column(
                """
                SELECT format('%s %s %s', to_char(month, 'YYYY-MM'), sum(source_rows), sum(source_bytes))
                FROM archive.batches WHERE policy = ? GROUP BY month ORDER BY month
                """,
                policy));
    assertThat(
            db.value(
                "SELECT cutoff = ?::timestamptz FROM archive.jobs WHERE job_type = ?",
                plan.get("cutoff").asText(),
                policy))
        .isEqualTo("t");
  }

  private Set<String> partitions(String archive) {
    return new HashSet<>(
        column(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = ?::regclass",
            archive));
  }

  @Test
  void aPlanChangesNothing() {
    fillLogs(500);
    fillMetrics(500);
    run("logs");
    fillLogs(500);
    List<List<String>> before = everything();

    plan("logs");
    plan("metrics");
    plan("reports");
    db.archive().verify("logs");

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void aPlanAssignsNoTransactionId() throws SQLException {
    fillLogs(100);
    fillMetrics(100);
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = pg_catalog, pg_temp");
      connection.setAutoCommit(false);

      engine().plan(connection, "logs");
      engine().plan(connection, "metrics");
      engine().plan(connection, "reports");
      engine().verify(connection, "logs");

      try (ResultSet row = statement.executeQuery("SELECT pg_current_xact_id_if_assigned()")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isNull();
      }
    }
  }

  @Test
  void aPlanTakesNoLockThatHoldsUpWriters() throws SQLException {
    fillLogs(100);
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = pg_catalog, pg_temp");
      connection.setAutoCommit(false);
      engine().plan(connection, "logs");

      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT DISTINCT mode FROM pg_locks
              WHERE pid = pg_backend_pid() AND locktype IN ('relation', 'advisory')
              """)) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("AccessShareLock");
        assertThat(row.next()).isFalse();
      }
    }
  }

  /** What the archive would refuse is known before, by what, and how to mend it. */
  @Test
  void aStricterArchiveIsWarnedOf() {
    fillLogs(200);
    db.execute(
        "ALTER TABLE public.scenario_logs_archive ALTER message_preview SET NOT NULL,"
            + " ADD CONSTRAINT \"few Tokens\" CHECK (token_count <> 7)",
        "ALTER TABLE public.scenario_logs ADD CONSTRAINT same CHECK (size_bytes > 0)",
        "ALTER TABLE public.scenario_logs_archive ADD CONSTRAINT same CHECK (size_bytes > 0)");
    String old = "FROM scenario_logs WHERE received_at < archive.clock() - interval '1 year' AND ";
    long withoutText = db.number("SELECT count(*) " + old + "message_preview IS NULL");
    long sevens = db.number("SELECT count(*) " + old + "token_count = 7");

    List<String> warnings = new ArrayList<>();
    plan("logs").get("warnings").forEach(warning -> warnings.add(warning.asText()));

    assertThat(warnings)
        .containsExactlyInAnyOrder(
            withoutText
                + " rows of public.scenario_logs stay: the archive refuses them by NOT NULL of message_preview;"
                + " ALTER TABLE \"public\".\"scenario_logs_archive\" ALTER COLUMN \"message_preview\" DROP NOT NULL;",
            sevens
                + " rows of public.scenario_logs stay: the archive refuses them by few Tokens;"
                + " ALTER TABLE \"public\".\"scenario_logs_archive\" DROP CONSTRAINT \"few Tokens\";");
    run("logs");
    assertThat(db.number("SELECT records_left FROM archive.jobs"))
        .isEqualTo(
            db.number("SELECT count(*) " + old + "(message_preview IS NULL OR token_count = 7)"));
    for (String warning : warnings) {
      db.execute(warning.substring(warning.indexOf("ALTER")));
    }
    run("logs");
    assertThat(db.number("SELECT records_left FROM archive.jobs ORDER BY started_at DESC LIMIT 1"))
        .isZero();
  }

  /**
   * A unique index of the archive that is implied by one of the live table asks nothing of rows.
   */
  @Test
  void aStricterKeyOfTheArchiveIsWarnedOf() {
    fillLogs(40);
    db.execute(
        "UPDATE public.scenario_logs SET received_at = '2020-05-05 00:00Z', token_count = 7"
            + " WHERE id IN (SELECT id FROM public.scenario_logs ORDER BY received_at LIMIT 2)",
        "CREATE UNIQUE INDEX implied ON public.scenario_logs_archive (source, id, received_at)",
        "CREATE UNIQUE INDEX implied_too ON public.scenario_logs_archive (id, received_at)"
            + " NULLS NOT DISTINCT",
        "ALTER TABLE public.scenario_logs_archive ADD number bigint GENERATED ALWAYS AS IDENTITY,"
            + " ADD UNIQUE (number, received_at)",
        "CREATE UNIQUE INDEX \"One each\" ON public.scenario_logs_archive (token_count,"
            + " received_at)");

    List<String> warnings = new ArrayList<>();
    plan("logs").get("warnings").forEach(warning -> warnings.add(warning.asText()));

    assertThat(warnings)
        .containsExactly(
            "rows of public.scenario_logs stay if others have the same token_count, received_at: the"
                + " live table allows that, and the archive's unique index \"One each\" does not;"
                + " DROP INDEX public.\"One each\";");
    run("logs");
    assertThat(db.number("SELECT records_left FROM archive.jobs")).isEqualTo(1);
    db.execute(warnings.get(0).substring(warnings.get(0).indexOf("DROP")));
    run("logs");
    assertThat(db.number("SELECT records_left FROM archive.jobs ORDER BY started_at DESC LIMIT 1"))
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE UNIQUE INDEX known ON public.scenario_logs (token_count, received_at)",
        "CREATE UNIQUE INDEX known ON public.scenario_logs (received_at)",
        "CREATE UNIQUE INDEX known ON public.scenario_logs (received_at) NULLS NOT DISTINCT"
      })
  void whatTheLiveTableAsksTooIsNotWarnedOf(String known) {
    fillLogs(40);
    db.execute(
        "CREATE UNIQUE INDEX one ON public.scenario_logs_archive (token_count, received_at)",
        known);

    assertThat(plan("logs").get("warnings")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE UNIQUE INDEX known ON public.scenario_logs (token_count, received_at, source)",
        "CREATE UNIQUE INDEX known ON public.scenario_logs (received_at) WHERE token_count = 7",
        "CREATE UNIQUE INDEX known ON public.scenario_logs (token_count, (received_at IS NULL))"
      })
  void whatTheLiveTableAsksOfOthersIsWarnedOf(String known) {
    fillLogs(40);
    db.execute(
        "CREATE UNIQUE INDEX one ON public.scenario_logs_archive (token_count, received_at)",
        known);

    assertThat(plan("logs").get("warnings")).hasSize(1);
  }

  /** Restores know the archive's rows by it, so it is not what has to go. */
  @Test
  void thePrimaryKeyOfAnArchiveIsAskedOfTheLiveTable() {
    fillLogs(40);
    db.execute("ALTER TABLE public.scenario_logs DROP CONSTRAINT scenario_logs_pkey CASCADE");

    String warning = plan("logs").at("/warnings/0").asText();

    assertThat(warning).contains("ALTER TABLE public.scenario_logs ADD UNIQUE (");
    db.execute(warning.substring(warning.indexOf("ALTER TABLE")));
    assertThat(plan("logs").get("warnings")).isEmpty();
  }

  @Test
  void tablesOfOthersAreNotWaitedFor() throws SQLException {
    fillLogs(40);
    db.execute("CREATE TABLE public.others (id int PRIMARY KEY)");
    try (Connection other = db.connect()) {
      other.setAutoCommit(false);
      try (Statement lock = other.createStatement()) {
        lock.execute("LOCK TABLE public.others IN ACCESS EXCLUSIVE MODE");
      }

      assertThat(plan("logs").get("refusals")).isEmpty();
      other.rollback();
    }
  }

  @Test
  void rowsWithoutAUsableTimeAreReportedAndStay() {
    db.execute("ALTER TABLE public.scenario_logs ALTER COLUMN received_at DROP NOT NULL");
    fillLogs(200);
    db.execute(
        """
        INSERT INTO public.scenario_logs (scenario_id, received_at, message_hash, source,
          size_bytes, has_pii, token_count, sqs_blocks)
        SELECT gen_random_uuid(), t::timestamptz, 'stray', 'api', 1, false, 1, 1
        FROM unnest(ARRAY[NULL, NULL, 'infinity', '-infinity', '0001-01-01 00:00:00+00',
          '0001-12-31 23:59:59.999999+00 BC']) t
        """);
    List<String> before = allLogs();

    List<String> warnings = new ArrayList<>();
    plan("logs").get("warnings").forEach(warning -> warnings.add(warning.asText()));
    run("logs");

    assertThat(warnings)
        .containsExactlyInAnyOrder(
            "2 rows stay: received_at is null",
            "1 rows stay: received_at is infinity",
            "1 rows stay: received_at is -infinity",
            "1 rows stay: received_at is before the year 1");
    assertThat(
            column(
                """
                SELECT coalesce(received_at::text, 'null') FROM scenario_logs
                WHERE message_hash = 'stray' ORDER BY 1
                """))
        .containsExactly(
            "-infinity", "0001-12-31 23:59:59.999999+00 BC", "infinity", "null", "null");
    assertThat(
            column(
                "SELECT tableoid::regclass::text FROM scenario_logs_archive WHERE message_hash = 'stray'"))
        .containsExactly("scenario_logs_archive_0001_01");
    assertThat(allLogs()).isEqualTo(before);
    assertLedgerIsRight("logs");
  }
}
