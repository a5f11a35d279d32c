package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.config.Settings;
import dev.archivist.db.Archive;
import dev.archivist.db.Database;
import dev.archivist.document.Json;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.job.Job;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every part of the engine's contract stands on: a fresh database, rows to put into it, and
 * ways to look at content that are not the engine's own. The contract runs on whichever host its
 * subclass names.
 */
abstract class EngineContract implements EngineHost {
  static final String LOG_COLUMNS =
      "id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,"
          + " token_count, sqs_blocks";

  /** The clock that the engine goes by. */
  private static final String NOW =
      "coalesce(nullif(current_setting('archivist.now', true), '')::timestamptz, pg_catalog.now())";

  private static final ObjectMapper JSON = new ObjectMapper();

  TestDatabase db;

  @BeforeEach
  void createFreshDatabase() {
    db = createDatabase();
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  /** Sets the engine's clock, for sessions opened from now on. */
  void clock(String instant) {
    db.execute("ALTER DATABASE " + db.name() + " SET \"archivist.now\" = '" + instant + "'");
  }

  /**
   * Sets how long batches wait for rows that others have locked, in sessions opened from now on.
   */
  void rowLockTimeout(String duration) {
    db.execute(
        "ALTER DATABASE " + db.name() + " SET \"archivist.row_lock_timeout\" = '" + duration + "'");
  }

  void batchRows(String policy, int rows) {
    db.execute(
        "UPDATE archive.policies SET batch_rows = " + rows + " WHERE name = '" + policy + "'");
  }

  /**
   * Log rows spread evenly over the three years before the clock, their text null here and there.
   */
  void fillLogs(int rows) {
    db.execute(
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), md5((g %% 7)::text)::uuid,
          {now} - g * interval '3 years' / %1$d, md5(g::text),
          CASE WHEN g %% 11 > 0 THEN E'line \\'' || g || E' \\\\ \\t\\n ü' END,
          'api', g, g %% 3 = 0, g %% 50, 1
        FROM generate_series(1, %1$d) g
        """
            .replace("{now}", NOW)
            .formatted(rows));
  }

  /** One log row at each instant. */
  void logsAt(List<String> instants) {
    for (String instant : instants) {
      db.execute(logAt(UUID.randomUUID(), instant, "at " + instant));
    }
  }

  static String logAt(UUID id, String instant, String message) {
    return """
        INSERT INTO public.scenario_logs
        VALUES ('%s', gen_random_uuid(), '%s', md5('%2$s'), '%s', 'api', 1, false, 1, 1)
        """
        .formatted(id, instant, message);
  }

  /** Samples of some series, spread evenly over the three years before the clock. */
  void fillMetrics(int rows) {
    db.execute(
        """
        INSERT INTO public.scenario_metrics
        SELECT gen_random_uuid(), md5((g %% 3)::text)::uuid,
          {now} - g * interval '3 years' / %1$d, 'latency', 'p' || g %% 2,
          ((g * 7919) %% 100003 - 50000) / 1000.0, CASE WHEN g %% 5 = 0 THEN 's' ELSE 'ms' END, '{}'
        FROM generate_series(1, %1$d) g
        """
            .replace("{now}", NOW)
            .formatted(rows));
  }

  static String sampleAt(String instant, String value) {
    return """
        INSERT INTO public.scenario_metrics
        VALUES (gen_random_uuid(), md5('s')::uuid, '%s', 'latency', 'p50', '%s', 'ms', '{}')
        """
        .formatted(instant, value);
  }

  /** Makes an archive table for the live one, owned as Archivist's own are, and a move policy. */
  void movePolicy(String name, String source, String archive, String time) {
    db.execute(
        "CREATE TABLE public.%2$s (LIKE public.%1$s, archived_at timestamptz NOT NULL, archive_batch_id uuid) PARTITION BY RANGE (%3$s)"
            .formatted(quoted(source), quoted(archive), quoted(time)),
        "ALTER TABLE public." + quoted(archive) + " OWNER TO archive_owner");
    policyRow(name, source, archive, time);
  }

  void policyRow(String name, String source, String archive, String time) {
    if (db.value("SELECT to_regclass(?)::text", "public." + quoted(source)) != null) {
      lendToTheEngine(source);
    }
    db.rows(
        """
        WITH made AS (
          INSERT INTO archive.policies (name, kind, time_column, archive_after, batch_rows)
          VALUES (?, 'move', ?, interval '1 year', 3)
          RETURNING name
        )
        INSERT INTO archive.policy_tables (policy, position, source_schema, source_table,
          archive_schema, archive_table)
        SELECT name, 0, 'public', ?, 'public', ? FROM made
        RETURNING 1
        """,
        name,
        time,
        source,
        archive);
  }

  /** Wherever the engine runs, it takes rows out of the table with the rights of this role. */
  void lendToTheEngine(String source) {
    db.execute("GRANT SELECT, DELETE ON public." + quoted(source) + " TO archive_owner");
  }

  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** The rows of all the tables together, exactly, in an order of their own. */
  List<String> content(String columns, String... tables) {
    List<String> selects = new ArrayList<>();
    for (String table : tables) {
      selects.add("SELECT encode(record_send(ROW(" + columns + ")), 'hex') FROM " + table);
    }
    return column(String.join(" UNION ALL ", selects) + " ORDER BY 1");
  }

  /** Every log row, live or archived. */
  List<String> allLogs() {
    return content(LOG_COLUMNS, "public.scenario_logs", "public.scenario_logs_archive");
  }

  /** The first column of all rows. */
  List<String> column(String sql, Object... values) {
    return db.rows(sql, values).stream().map(row -> row.get(0)).toList();
  }

  /** The content of every table of the schemas archive and public: each table's rows as text. */
  List<List<String>> everything() {
    List<String> tables =
        column(
            """
            SELECT format('SELECT %L, t::text FROM %s t', c.oid::regclass, c.oid::regclass)
            FROM pg_class c
            WHERE c.relnamespace IN ('archive'::regnamespace, 'public'::regnamespace)
              AND c.relkind = 'r'
            """);
    return db.rows(String.join(" UNION ALL ", tables) + " ORDER BY 1, 2");
  }

  JsonNode plan(String policy) {
    return json(db.archive().plan(policy));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(Record document) {
    return json(Json.line(document));
  }

  void assertLedgerIsRight(String policy) {
    JsonNode verified = json(db.archive().verify(policy));
    assertThat(verified.get("ok").asBoolean()).as("%s", verified).isTrue();
  }

  /**
   * The law of the journal: the ledger is the sum of its entries, and of the rows of an archive
   * that keeps them unchanged each batch has what the entries of its origin add up to. Oldest and
   * newest are the rows'.
   */
  void assertJournalIsRight(String policy, String archive, String time) {
    assertThat(
            db.rows(
                """
                SELECT month, sum(rows), sum(bytes), sum(source_rows), sum(digest_a), sum(digest_b)
                FROM archive.batches WHERE policy = ? AND bin_id IS NULL
                GROUP BY month HAVING sum(rows) <> 0 OR sum(digest_a) <> 0 ORDER BY 1
                """,
                policy))
        .isEqualTo(
            db.rows(
                """
                SELECT month, rows, bytes, source_rows, digest_a, digest_b
                FROM archive.ledger WHERE policy = ? ORDER BY 1
                """,
                policy));
    assertThat(
            db.rows(
                """
                SELECT month, oldest, newest FROM archive.ledger WHERE policy = ? ORDER BY 1
                """,
                policy))
        .isEqualTo(
            db.rows(
                """
                SELECT (date_trunc('month', %1$s, 'UTC') AT TIME ZONE 'UTC')::date, min(%1$s), max(%1$s)
                FROM %2$s GROUP BY 1 ORDER BY 1
                """
                    .formatted(quoted(time), archive)));
    assertThat(
            db.rows(
                """
                SELECT origin, month, sum(rows) FROM archive.batches WHERE policy = ?
                GROUP BY 1, 2 HAVING sum(rows) <> 0 ORDER BY 1, 2
                """,
                policy))
        .isEqualTo(
            db.rows(
                """
                SELECT archive_batch_id, (date_trunc('month', %1$s, 'UTC') AT TIME ZONE 'UTC')::date,
                  count(*)
                FROM %2$s GROUP BY 1, 2 ORDER BY 1, 2
                """
                    .formatted(quoted(time), archive)));
  }

  /** Makes the months of all live rows, so that the first batch need not and moves some. */
  void makeMonths(String policy, String table, String time) {
    LiveData.makeMonths(db, policy, table, quoted(time));
  }

  /** Runs a whole job and adds its batches up. */
  BatchResult run(String policy) {
    return sum(batches(policy));
  }

  /** Runs a whole job. */
  List<BatchResult> batches(String policy) {
    try (JobSession session = JobSession.open(db.database(), policy)) {
      Job job = session.begin();
      List<BatchResult> batches = batches(session);
      session.finish("completed", null);
      assertThat(db.value("SELECT status FROM archive.jobs WHERE id = ?", job.id()))
          .isEqualTo("completed");
      return batches;
    }
  }

  /** Runs the batches that an open job still has. */
  static List<BatchResult> batches(JobSession session) {
    List<BatchResult> batches = new ArrayList<>();
    do {
      batches.add(session.runBatch());
    } while (!batches.get(batches.size() - 1).done());
    return batches;
  }

  /** Runs a whole restore and adds its batches up. */
  RestoreResult restore(String policy, String options) {
    try (JobSession session = JobSession.open(db.database(), policy)) {
      session.beginRestore(options);
      RestoreResult total = sumOfRestore(restoreBatches(session));
      session.finish("completed", null);
      return total;
    }
  }

  /** Runs the batches that an open restore still has. */
  static List<RestoreResult> restoreBatches(JobSession session) {
    List<RestoreResult> batches = new ArrayList<>();
    do {
      batches.add(session.restoreBatch());
    } while (!batches.get(batches.size() - 1).done());
    return batches;
  }

  static RestoreResult sumOfRestore(List<RestoreResult> batches) {
    return new RestoreResult(
        batches.stream().mapToLong(RestoreResult::restored).sum(),
        batches.stream().mapToLong(RestoreResult::present).sum(),
        batches.stream().mapToLong(RestoreResult::bytes).sum(),
        true);
  }

  static BatchResult sum(List<BatchResult> batches) {
    return new BatchResult(
        batches.stream().mapToLong(BatchResult::processed).sum(),
        batches.stream().mapToLong(BatchResult::archived).sum(),
        batches.stream().mapToLong(BatchResult::deleted).sum(),
        batches.stream().mapToLong(BatchResult::bytes).sum(),
        true);
  }

  /** A session without auto-commit, whose search path is what the program sets. */
  Connection quietly() throws SQLException {
    Connection connection = db.connectWithSafePath();
    connection.setAutoCommit(false);
    return connection;
  }

  /** The database as another login, or with other settings of the program. */
  Database open(String url, Map<String, String> more) {
    Map<String, String> environment = new TreeMap<>(more);
    environment.put("DATABASE_URL", url);
    return Database.open(Settings.of(environment));
  }

  static String trigger(String when, String level) {
    return """
        CREATE FUNCTION public.watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
        CREATE TRIGGER watch %s ON public.scenario_logs %s EXECUTE FUNCTION public.watch()
        """
        .formatted(when, level)
        .strip();
  }

  /** The plan says so and counts nothing; the run is refused and nothing has changed. */
  void assertRefused(Database database, String policy, String what) {
    List<List<String>> before = everything();
    JsonNode plan = json(new Archive(database).plan(policy));
    JsonNode refusal = null;
    for (JsonNode each : plan.get("refusals")) {
      if (each.get("what").asText().equals(what)) {
        refusal = each;
      }
    }
    assertThat(refusal).as("%s in %s", what, plan.get("refusals").toPrettyString()).isNotNull();
    // and no name that is missing
    assertThat(refusal.get("why").asText())
        .matches("[a-z].*[^.]")
        .doesNotContainPattern("  | [,;.]");
    assertThat(refusal.get("hint").asText()).matches("(?s)[A-Z].*[.;]");
    assertThat(plan.get("steps")).isEmpty();
    assertThat(plan.get("windows")).isEmpty();
    try (JobSession session = JobSession.open(database, policy)) {
      Failures.assertFails(() -> session.begin(), ArchiveError.POLICY_REFUSED)
          .hasMessageStartingWith("policy \"" + policy + "\" is refused: ")
          .hasMessageContaining(what + " (" + refusal.get("why").asText() + ")");
    }
    assertThat(everything()).isEqualTo(before);
  }
}
