package dev.archivist.contract;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.db.Database;
import dev.archivist.engine.job.Job;
import dev.archivist.testing.JobSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each role was granted is written down, and granting anything else is seen. */
abstract class GrantsContract extends EngineContract {
  private static final Path WRITTEN = Path.of("..", "docs", "grants.txt");

  /** Owner of an object, and what others may do with it, in words that do not depend on a run. */
  private static final String GRANTS =
      """
      WITH objects AS (
        SELECT 'schema ' || nspname AS name, nspowner AS owner, nspacl AS acl FROM pg_namespace
        WHERE nspname IN ('archive', 'archive_bin')
        UNION ALL
        SELECT CASE relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' ELSE 'table ' END
            || c.relnamespace::regnamespace::text || '.' || c.relname, relowner, relacl
        FROM pg_class c
        WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT relispartition AND %1$s
        UNION ALL
        SELECT 'column ' || c.relnamespace::regnamespace::text || '.' || c.relname || '.' || a.attname, relowner, attacl
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE NOT relispartition AND attacl IS NOT NULL AND %1$s
        UNION ALL
        SELECT 'function ' || p.pronamespace::regnamespace::text || '.' || p.proname
            || '(' || pg_get_function_identity_arguments(p.oid) || ')' || CASE WHEN prosecdef THEN ' SECURITY DEFINER' ELSE '' END,
          proowner, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc p WHERE p.pronamespace = 'archive'::regnamespace
      )
      SELECT format('%%s | %%s | %%s', name,
        CASE WHEN owner IN (SELECT oid FROM pg_roles WHERE rolname LIKE 'archive\\_%%') THEN owner::regrole::text ELSE 'the application' END,
        coalesce((
          SELECT string_agg(role || ': ' || rights, '; ' ORDER BY role)
          FROM (
            SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS role,
              string_agg(privilege_type || CASE WHEN is_grantable THEN ' and may grant it' ELSE '' END, ', ' ORDER BY privilege_type) AS rights
            FROM aclexplode(acl) WHERE grantee <> owner GROUP BY 1
          ) AS granted), 'nobody else'))
      FROM objects
      """
          .formatted(
              "c.relnamespace IN ('archive'::regnamespace, 'archive_bin'::regnamespace,"
                  + " 'public'::regnamespace)");

  private static final String LEFT =
      "INSERT INTO archive.rows_left (job_id, row_key, reason, sqlstate, message)"
          + " SELECT '%s', json_build_object('id', id)::text, 'refused', '23514', 'no'"
          + " FROM public.scenario_logs";

  @Test
  void eachRoleHasTheRightsThatAreWrittenDown() throws IOException {
    assertThat(new TreeSet<>(column(GRANTS)))
        .as("what is granted; docs/grants.txt has what was meant, and docs/security.md says it")
        .isEqualTo(written());
  }

  /**
   * To lock a row takes the right to change one of its columns. Whoever has it on the time may say
   * that a row is old, as they may delete it: all else of it stays, and what a hold names by its
   * values is not moved.
   */
  @Test
  void whoMayLockLiveRowsCannotLoseOneByIt() throws Exception {
    clock("2026-03-05T12:00:00Z");
    fillLogs(300);
    String columns = LOG_COLUMNS.replace("received_at, ", "");
    List<String> before = content(columns, "public.scenario_logs");
    String held = db.value("SELECT scenario_id FROM public.scenario_logs ORDER BY 1 LIMIT 1");
    db.execute(
        "SELECT archive.hold('logs', matching => '{\"scenario_id\": \"%s\"}', reason => 'case 17')"
            .formatted(held));
    try (Login login = new Login(db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement()) {
      for (String others : columns.split(", ")) {
        Failures.assertFails(
            () ->
                statement.execute("UPDATE public.scenario_logs SET %1$s = %1$s".formatted(others)),
            "42501");
      }
      statement.execute("UPDATE public.scenario_logs SET received_at = '2001-01-01Z'");
      for (String archived :
          List.of(
              "UPDATE public.scenario_logs_archive SET received_at = received_at",
              "SELECT FROM public.scenario_logs_archive FOR UPDATE",
              "UPDATE archive.holds SET released_at = now()",
              "DELETE FROM archive.holds")) {
        Failures.assertFails(() -> statement.execute(archived), "42501");
      }
      try (Database database = open(login.url(), Map.of());
          JobSession session = JobSession.open(database, "logs")) {
        session.begin();
        batches(session);
        session.finish("completed", null);
      }
    }
    assertThat(content(columns, "public.scenario_logs", "public.scenario_logs_archive"))
        .isEqualTo(before);
    assertThat(column("SELECT DISTINCT scenario_id FROM public.scenario_logs"))
        .containsExactly(held);
    assertLedgerIsRight("logs");
  }

  /** What stays is only told there: no run goes by what was written. */
  @Test
  void whatIsSaidOfRowsThatStayDoesNotMakeThemStay() throws Exception {
    fillLogs(300);
    long planned = plan("logs").get("rows").asLong();
    try (Login login = new Login(db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement();
        Database database = open(login.url(), Map.of());
        JobSession session = JobSession.open(database, "logs")) {
      Job job = session.begin();
      statement.execute(LEFT.formatted(job.id()));
      assertThat(sum(batches(session)).deleted()).isEqualTo(planned);
      session.finish("completed", null);
    }
    assertThat(column("SELECT records_left FROM archive.jobs")).containsExactly("0");
    assertThat(plan("logs").get("rows").asLong()).isZero();
  }

  /**
   * Else it ended before all was archived, and its owner's name stood under an operator's words.
   */
  @Test
  void anOperatorWritesNothingOfAnothersJob() throws Exception {
    fillLogs(300);
    long planned = plan("logs").get("rows").asLong();
    try (Login login = new Login(db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement();
        JobSession session = JobSession.open(db.database(), "logs")) {
      String job = session.begin().id().toString();
      String own =
          "INSERT INTO archive.jobs (job_type, status, started_at) VALUES ('logs', 'running', now())";
      statement.execute(own);
      String mine = db.value("SELECT id FROM archive.jobs WHERE requested_by = ?", login.name());
      statement.execute(LEFT.formatted(mine));
      String progress = "INSERT INTO archive.job_progress (job_id, scan, position_time)";
      statement.execute(progress + " VALUES ('%s', 'index', '2026-01-01Z')".formatted(mine));
      for (String written :
          List.of(
              LEFT,
              LEFT.replace("'%s'", "gen_random_uuid()"),
              "UPDATE archive.rows_left SET job_id = '%s'",
              "UPDATE archive.job_progress SET position_time = '2026-01-01Z' WHERE job_id = '%s'",
              "UPDATE archive.job_progress SET scan = 'index' WHERE job_id = '%s'",
              "DELETE FROM archive.job_progress WHERE job_id = '%s'",
              progress + " VALUES (gen_random_uuid(), 'index', '2026-01-01Z')",
              "UPDATE archive.jobs SET session_pid = pg_backend_pid() WHERE id = '%s'",
              "UPDATE archive.jobs SET status = 'completed', completed_at = now() WHERE id = '%s'",
              "UPDATE archive.jobs SET error_message = 'all is well' WHERE id = '%s'",
              "UPDATE archive.jobs SET records_archived = 5 WHERE id = '%s'")) {
        Failures.assertFails(() -> statement.execute(written.formatted(job)), "ZA012");
      }
      statement.execute("DELETE FROM archive.rows_left");
      statement.execute("DELETE FROM archive.job_progress WHERE job_id = '%s'".formatted(mine));
      statement.execute(
          "UPDATE archive.jobs SET status = 'failed', completed_at = now()"
              + " WHERE id = '%s'".formatted(mine));
      assertThat(sum(batches(session)).deleted()).isEqualTo(planned);
      session.finish("completed", null);
      assertThat(db.rows("SELECT status, error_message FROM archive.jobs WHERE id = ?::uuid", job))
          .containsExactly(Arrays.asList("completed", null));
    }
  }

  /** What a job left that lost its session, or that has ended, the next run clears away. */
  @Test
  void anOperatorsRunTidiesUpAfterTheJobsOfOthers() throws Exception {
    fillLogs(300);
    long planned = plan("logs").get("rows").asLong();
    try (Login login = new Login(db, "archive_operator");
        Database database = open(login.url(), Map.of())) {
      String job;
      try (JobSession lost = JobSession.open(db.database(), "logs")) {
        job = lost.begin().id().toString();
        db.execute(LEFT.formatted(job));
      }
      assertThat(column("SELECT status FROM archive.jobs")).containsExactly("running");
      assertThat(db.number("SELECT count(*) FROM archive.job_progress")).isEqualTo(1);
      try (JobSession session = JobSession.open(database, "logs")) {
        session.begin();
        assertThat(sum(batches(session)).deleted()).isEqualTo(planned);
        session.finish("completed", null);
      }
      assertThat(db.rows("SELECT status FROM archive.jobs WHERE id = ?::uuid", job))
          .containsExactly(List.of("failed"));
    }
    assertThat(db.rows("SELECT * FROM archive.rows_left")).isEmpty();
    assertThat(db.rows("SELECT * FROM archive.job_progress")).isEmpty();
  }

  /** A daily value is merged with late samples; it stays that of its series and its day. */
  @Test
  void whoMergesLateSamplesMovesNoDailyValue() throws Exception {
    clock("2026-03-05T12:00:00Z");
    db.execute(sampleAt("2020-01-01T01:00:00Z", "1"));
    run("metrics");
    db.execute(sampleAt("2020-01-01T02:00:00Z", "3"));
    try (Login login = new Login(db, "archive_operator");
        Connection connection = login.connect();
        Statement statement = connection.createStatement();
        Database database = open(login.url(), Map.of())) {
      for (String column :
          List.of(
              "id",
              "scenario_id",
              "timestamp",
              "metric_type",
              "metric_name",
              "unit",
              "extra_data",
              "is_aggregated",
              "aggregation_period")) {
        Failures.assertFails(
            () ->
                statement.execute(
                    "UPDATE public.scenario_metrics_archive SET %1$s = %1$s".formatted(column)),
            "42501");
      }
      for (String column : List.of("policy", "position", "month")) {
        Failures.assertFails(
            () -> statement.execute("UPDATE archive.ledger SET %1$s = %1$s".formatted(column)),
            "42501");
      }
      try (JobSession session = JobSession.open(database, "metrics")) {
        session.begin();
        assertThat(sum(batches(session)).deleted()).isEqualTo(1);
        session.finish("completed", null);
      }
    }
    assertThat(
            column("SELECT sample_count || ' ' || value_sum FROM public.scenario_metrics_archive"))
        .containsExactly("2 4.000000");
    assertLedgerIsRight("metrics");
  }

  private TreeSet<String> written() throws IOException {
    String inDatabase = this instanceof HostedByDatabase ? " SECURITY DEFINER" : "";
    try (Stream<String> lines = Files.lines(WRITTEN)) {
      return lines
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.replace(" SECURITY DEFINER in the database", inDatabase))
          .collect(toCollection(TreeSet::new));
    }
  }
}
