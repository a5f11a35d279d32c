package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.testing.JobSession;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Archived rows come back as they were, and stay as long as they are held. */
abstract class RestoreContract extends EngineContract {
  private static final String MARCH = "{\"from\": \"2024-03-01\", \"to\": \"2024-04-01\"}";
  private static final String IN_MARCH =
      " WHERE received_at >= '2024-03-01Z' AND received_at < '2024-04-01Z'";

  private void archiveThreeYears() {
    clock("2026-03-05T12:00:00Z");
    fillLogs(2000);
    batchRows("logs", 150);
    run("logs");
  }

  private void assertAllIsRight() {
    assertLedgerIsRight("logs");
    assertJournalIsRight("logs", "public.scenario_logs_archive", "received_at");
    assertThat(
            db.rows(
                "SELECT total_records, oldest_record, newest_record FROM v_archive_statistics"
                    + " WHERE archive_type = 'logs'"))
        .isEqualTo(
            db.rows(
                "SELECT count(*), min(received_at), max(received_at) FROM scenario_logs_archive"));
    assertThat(
            db.rows(
                "SELECT sum(records_archived) FROM v_archive_growth WHERE archive_type = 'logs'"))
        .isEqualTo(db.rows("SELECT count(*) FROM scenario_logs_archive"));
  }

  @Test
  void aMonthComesBackUnchangedAndTheJournalSaysFromWhichBatches() {
    archiveThreeYears();
    List<String> all = allLogs();
    List<String> march = content(LOG_COLUMNS, "scenario_logs_archive" + IN_MARCH);
    List<String> others =
        content(
            LOG_COLUMNS,
            "scenario_logs_archive WHERE NOT (received_at >= '2024-03-01Z' AND received_at < '2024-04-01Z')");
    List<String> live = content(LOG_COLUMNS, "scenario_logs");
    String digest =
        db.value(
            "SELECT digest_a || ':' || digest_b FROM archive.ledger"
                + " WHERE policy = 'logs' AND month = '2024-03-01'");
    batchRows("logs", 13);

    RestoreResult total = restore("logs", MARCH);

    assertThat(march).hasSizeGreaterThan(26);
    assertThat(total.restored()).isEqualTo(march.size());
    assertThat(total.bytes()).isPositive();
    assertThat(content(LOG_COLUMNS, "scenario_logs" + IN_MARCH)).isEqualTo(march);
    assertThat(content(LOG_COLUMNS, "scenario_logs")).hasSize(live.size() + march.size());
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).isEqualTo(others);
    assertThat(allLogs()).isEqualTo(all);
    assertThat(
            db.rows(
                "SELECT -sum(digest_a) || ':' || -sum(digest_b), count(DISTINCT batch_id) >= 3,"
                    + " bool_and(rows < 0 AND origin <> batch_id) FROM archive.batches"
                    + " WHERE month = '2024-03-01' AND origin <> batch_id"))
        .containsExactly(List.of(digest, "t", "t"));
    assertThat(
            db.rows(
                "SELECT status, action, records_processed, records_archived, records_deleted,"
                    + " bytes_archived FROM archive_jobs WHERE action = 'restore'"))
        .containsExactly(
            List.of("completed", "restore", Integer.toString(march.size()), "0", "0", "0"));
    assertAllIsRight();
  }

  @Test
  void whatCameBackStaysUntilItsHoldEnds() {
    archiveThreeYears();
    List<String> all = allLogs();
    long march = db.number("SELECT count(*) FROM scenario_logs_archive" + IN_MARCH);
    restore("logs", MARCH);
    assertThat(
            db.rows("SELECT kind, from_time, to_time, until, matching FROM archive.active_holds"))
        .hasToString(
            "[[restore, 2024-03-01 00:00:00+00, 2024-04-01 00:00:00+00, 2026-04-04 12:00:00+00, null]]");

    clock("2026-04-04T11:59:59Z");
    run("logs");
    assertThat(db.number("SELECT count(*) FROM scenario_logs" + IN_MARCH)).isEqualTo(march);
    assertAllIsRight();

    clock("2026-04-04T12:00:00Z");
    run("logs");
    assertThat(db.number("SELECT count(*) FROM scenario_logs" + IN_MARCH)).isZero();
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive" + IN_MARCH)).isEqualTo(march);
    assertThat(allLogs()).isEqualTo(all);
    assertAllIsRight();
  }

  @Test
  void theHoldIsMadeBeforeTheFirstRowComesBackAndOnlyOnce() {
    archiveThreeYears();
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore(MARCH);
      assertThat(db.number("SELECT count(*) FROM archive.active_holds")).isEqualTo(1);
      session.finish("cancelled", "test");
    }
    clock("2026-03-06T12:00:00Z");
    restore("logs", MARCH);
    assertThat(db.rows("SELECT until FROM archive.holds"))
        .hasToString("[[2026-04-05 12:00:00+00]]");
    // a shorter one takes nothing away, and there is nothing to come back any more
    restore("logs", "{\"from\": \"2024-03-01\", \"to\": \"2024-04-01\", \"hold\": \"1 day\"}");
    assertThat(db.rows("SELECT until FROM archive.holds"))
        .hasToString("[[2026-04-05 12:00:00+00]]");
  }

  @Test
  void whereNothingComesBackNothingIsHeld() {
    archiveThreeYears();
    assertThat(restore("logs", "{\"from\": \"1999-03-01\", \"to\": \"1999-04-01\"}").restored())
        .isZero();
    assertThat(
            restore("logs", "{\"from\": \"2024-03-01\", \"to\": \"2024-04-01\", \"hold\": \"0\"}")
                .restored())
        .isPositive();
    assertThat(db.rows("SELECT * FROM archive.holds")).isEmpty();
    run("logs");
    assertThat(db.number("SELECT count(*) FROM scenario_logs" + IN_MARCH)).isZero();
    assertAllIsRight();
  }

  @Test
  void onlyMatchingRowsComeBackAndOnlyTheyAreHeld() {
    archiveThreeYears();
    String scenario = db.value("SELECT md5('3')::uuid");
    String matching = " WHERE scenario_id = md5('3')::uuid AND has_pii";
    List<String> wanted = content(LOG_COLUMNS, "scenario_logs_archive" + matching);

    restore(
        "logs",
        "{\"from\": \"2000-01-01\", \"to\": \"2026-01-01\", \"where\": {\"scenario_id\": \"%s\", \"has_pii\": \"yes\"}}"
            .formatted(scenario.toUpperCase(java.util.Locale.ROOT)));

    assertThat(wanted).hasSizeGreaterThan(20);
    assertThat(content(LOG_COLUMNS, "scenario_logs" + matching)).containsAll(wanted);
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive" + matching)).isEmpty();
    assertThat(db.value("SELECT matching::text FROM archive.holds"))
        .isEqualTo("{\"has_pii\": true, \"scenario_id\": \"" + scenario + "\"}");
    // what is changed so that it matches no more is not held any more
    db.execute("UPDATE public.scenario_logs SET has_pii = false WHERE size_bytes = 1683");
    run("logs");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive WHERE size_bytes = 1683"))
        .isEqualTo(1);
    assertThat(content(LOG_COLUMNS, "scenario_logs" + matching + " AND received_at < '2025-03-05'"))
        .hasSize(wanted.size() - 1);
    assertAllIsRight();
  }

  @Test
  void aPartOfAMonthLeavesTheLedgerWithTheOldestAndNewestOfTheRest() {
    archiveThreeYears();
    batchRows("logs", 5);

    restore("logs", "{\"from\": \"2024-03-01\", \"to\": \"2024-03-11T10:30:00+02:00\"}");
    assertAllIsRight();
    restore("logs", "{\"from\": \"2024-03-25T00:00:00Z\", \"to\": \"2024-04-03\"}");
    assertAllIsRight();
    restore("logs", "{\"from\": \"2024-03-13\", \"to\": \"2024-03-15\"}");

    assertAllIsRight();
    assertThat(
            db.rows(
                "SELECT min(received_at) >= '2024-03-11 08:30:00Z', max(received_at) < '2024-03-25Z'"
                    + " FROM scenario_logs_archive"
                    + IN_MARCH))
        .containsExactly(List.of("t", "t"));
  }

  @Test
  void everythingMayComeBack() {
    archiveThreeYears();
    List<String> all = allLogs();

    restore("logs", "{\"from\": \"0001-01-01\", \"to\": \"9999-12-31\"}");

    assertThat(content(LOG_COLUMNS, "scenario_logs")).isEqualTo(all);
    assertThat(db.rows("SELECT * FROM archive.ledger")).isEmpty();
    assertThat(db.rows("SELECT * FROM archive.job_progress")).isEmpty();
    assertAllIsRight();
  }

  @Test
  void aRestoreThatLostItsSessionIsTakenUpByTheSameRestoreAgain() {
    archiveThreeYears();
    List<String> all = allLogs();
    List<String> march = content(LOG_COLUMNS, "scenario_logs_archive" + IN_MARCH);
    batchRows("logs", 10);
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore(MARCH);
      session.restoreBatch();
      session.restoreBatch();
    }
    assertAllIsRight();
    run("logs");
    assertThat(db.number("SELECT count(*) FROM scenario_logs" + IN_MARCH)).isEqualTo(20);
    assertThat(
            db.rows("SELECT status, error_message FROM archive_jobs WHERE action = 'restore'")
                .toString())
        .contains("failed", "repeat the restore to continue");

    RestoreResult rest = restore("logs", MARCH);

    assertThat(rest.restored()).isEqualTo(march.size() - 20);
    assertThat(content(LOG_COLUMNS, "scenario_logs" + IN_MARCH)).isEqualTo(march);
    assertThat(allLogs()).isEqualTo(all);
    assertThat(db.number("SELECT count(*) FROM archive.holds")).isEqualTo(1);
    assertAllIsRight();
  }

  @Test
  void aCopyLeavesTheArchiveAsItIsAndMayBeRepeated() {
    archiveThreeYears();
    List<String> march = content(LOG_COLUMNS, "scenario_logs_archive" + IN_MARCH);
    List<List<String>> ledger = db.rows("SELECT * FROM archive.ledger ORDER BY 2");
    List<List<String>> batches = db.rows("SELECT * FROM archive.batches ORDER BY 1, 2");
    List<String> all = allLogs();
    batchRows("logs", 13);
    String copy = "{\"from\": \"2024-03-01\", \"to\": \"2024-04-01\", \"into\": \"March\"}";
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore(copy);
      session.restoreBatch();
      session.restoreBatch();
    }

    RestoreResult total = restore("logs", copy);

    assertThat(content(LOG_COLUMNS, "public.march")).isEqualTo(march);
    assertThat(total.present()).isEqualTo(26);
    assertThat(total.restored() + total.present()).isEqualTo(march.size());
    assertThat(restore("logs", copy)).isEqualTo(new RestoreResult(0, march.size(), 0, true));
    assertThat(content(LOG_COLUMNS, "public.march")).isEqualTo(march);
    assertThat(allLogs()).isEqualTo(all);
    assertThat(db.rows("SELECT * FROM archive.ledger ORDER BY 2")).isEqualTo(ledger);
    assertThat(db.rows("SELECT * FROM archive.batches ORDER BY 1, 2")).isEqualTo(batches);
    assertThat(db.rows("SELECT * FROM archive.holds")).isEmpty();
    assertThat(
            column(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'march'::regclass AND attnum > 0"
                    + " AND NOT attisdropped ORDER BY attnum"))
        .isEqualTo(List.of(LOG_COLUMNS.split(", ")));
  }

  @Test
  void rowsOfOneInstantAreCopiedWholeHoweverSmallTheBatchIs() {
    clock("2026-03-05T12:00:00Z");
    db.execute(
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), gen_random_uuid(), '2020-02-29 23:59:59.999999+00', md5(g::text),
          NULL, 'api', g, false, g, 1
        FROM generate_series(1, 40) g
        """);
    logsAt(List.of("2020-03-01T00:00:00Z", "2020-02-01T00:00:00Z"));
    run("logs");
    batchRows("logs", 7);

    RestoreResult total =
        restore("logs", "{\"from\": \"2020-02-01\", \"to\": \"2020-04-01\", \"into\": \"copy\"}");

    assertThat(total.restored()).isEqualTo(42);
    assertThat(content(LOG_COLUMNS, "public.copy"))
        .isEqualTo(content(LOG_COLUMNS, "scenario_logs_archive"));
  }

  @Test
  void dailyValuesAreCopiedAsWhatTheyAreAndNeverComeBackAsSamples() {
    clock("2026-03-05T12:00:00Z");
    fillMetrics(2000);
    run("metrics");
    String range = "{\"from\": \"2023-06-01\", \"to\": \"2023-07-01\"";

    Failures.assertFails(() -> restore("metrics", range + "}"), ArchiveError.POLICY_REFUSED)
        .hasMessageContaining("the samples are gone");
    assertThat(db.rows("SELECT * FROM archive.holds")).isEmpty();
    RestoreResult total = restore("metrics", range + ", \"into\": \"public.daily\"}");

    String columns =
        "id, scenario_id, timestamp, metric_type, metric_name, value, unit, extra_data,"
            + " is_aggregated, aggregation_period, sample_count, value_sum, value_min, value_max";
    assertThat(total.restored()).isPositive();
    assertThat(content(columns, "public.daily"))
        .isEqualTo(
            content(
                columns,
                "scenario_metrics_archive WHERE timestamp >= '2023-06-01Z' AND timestamp <"
                    + " '2023-07-01Z'"));
    assertLedgerIsRight("metrics");
  }

  @Test
  void rowsOfATableThatGeneratesValuesComeBackTheSame() {
    db.execute(
        """
        CREATE TABLE public.computed (at timestamptz NOT NULL,
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int,
          twice int GENERATED ALWAYS AS (n * 2) STORED)
        """,
        "INSERT INTO public.computed (at, n) SELECT '2020-01-01', g FROM generate_series(5, 9) g",
        """
        CREATE TABLE public.computed_archive (LIKE public.computed INCLUDING IDENTITY,
          archived_at timestamptz, archive_batch_id uuid) PARTITION BY RANGE (at)
        """,
        "ALTER TABLE public.computed_archive OWNER TO archive_owner");
    policyRow("computed", "computed", "computed_archive", "at");
    db.execute("GRANT INSERT ON public.computed TO archive_owner");
    List<String> before = content("at, id, n, twice", "computed");
    run("computed");

    restore("computed", "{\"from\": \"2019-12-01\", \"to\": \"2020-02-01\"}");

    assertThat(content("at, id, n, twice", "computed")).isEqualTo(before);
    assertThat(db.rows("SELECT * FROM computed_archive")).isEmpty();
    assertLedgerIsRight("computed");
    assertJournalIsRight("computed", "public.computed_archive", "at");
  }

  @Test
  void namesMayHoldWhatTheyLike() {
    String source = "Live; DROP TABLE \"x\" -- ü?{archive}";
    String archive = "Archive of \"everything\" {source}, 'yes'?";
    String time = "The {pick} Time?";
    List<String> names =
        List.of(
            "gone",
            "back",
            "month",
            "months",
            "rows",
            "picked",
            "kept",
            "batch",
            "entry",
            "live",
            "coming",
            "key_1",
            "meeting",
            "made",
            "present",
            "there",
            "archived",
            "origin",
            "{columns}",
            "what?",
            "a\"b",
            "x'y",
            "$1",
            "select",
            "%s %I",
            "Ünï 漢");
    String columns =
        String.join(" text, ", names.stream().map(EngineContract::quoted).toList()) + " text";
    String all =
        quoted(time)
            + ", "
            + String.join(", ", names.stream().map(EngineContract::quoted).toList());
    db.execute(
        "CREATE TABLE public.%s (%s timestamptz NOT NULL, %s)"
            .formatted(quoted(source), quoted(time), columns),
        "INSERT INTO public.%s SELECT timestamptz '2020-01-31 23:00:00+00' + g * interval '1 h', %s FROM generate_series(0, 9) g"
            .formatted(
                quoted(source),
                String.join(
                    ", ", names.stream().map(n -> names.indexOf(n) + " || '/' || g").toList())));
    movePolicy("hostile", source, archive, time);
    db.execute(
        "GRANT INSERT ON public." + quoted(source) + " TO archive_owner",
        "ALTER TABLE public.%s ADD PRIMARY KEY (%s, \"key_1\", \"a\"\"b\", \"what?\")"
            .formatted(quoted(archive), quoted(time)));
    for (String name : names) {
      db.execute(
          "CREATE UNIQUE INDEX ON public.%s (%s, lower(%s)) WHERE %2$s <> ''"
              .formatted(quoted(source), quoted(name), quoted(name)));
    }
    List<String> before = content(all, "public." + quoted(source));
    run("hostile");
    String value = names.indexOf("a\"b") + "/3";
    String one =
        content(all, "public." + quoted(archive) + " WHERE \"a\"\"b\" = '" + value + "'").get(0);

    restore(
        "hostile",
        "{\"from\": \"2020-01-01\", \"to\": \"2020-03-01\", \"where\": {\"a\\\"b\": \"%s\"}, \"into\": \"\\\"Co'py; ?\\\"\"}"
            .formatted(value));
    restore("hostile", "{\"from\": \"2020-01-01\", \"to\": \"2020-03-01\"}");

    assertThat(content(all, "public.\"Co'py; ?\"")).containsExactly(one);
    assertThat(content(all, "public." + quoted(source))).isEqualTo(before);
    assertLedgerIsRight("hostile");
    assertJournalIsRight("hostile", "public." + quoted(archive), time);
  }

  @Test
  void hostileSettingsOfTheSessionDoNotMatter() throws Exception {
    archiveThreeYears();
    List<String> march = content(LOG_COLUMNS, "scenario_logs_archive" + IN_MARCH);
    db.execute("SELECT archive.request('logs', '{\"action\": \"plan\"}')");
    try (Connection hostile = db.connect();
        Statement statement = hostile.createStatement()) {
      statement.execute(
          "SET TimeZone = 'Pacific/Apia'; SET DateStyle = 'ISO, DMY';"
              + " SET IntervalStyle = 'sql_standard'; SET extra_float_digits = -15;"
              + " SET search_path = pg_catalog, pg_temp");
      hostile.setAutoCommit(false);
      var job = engine().beginRestore(hostile, "logs", MARCH);
      hostile.commit();
      while (!engine().restoreBatch(hostile, job).done()) {
        hostile.commit();
      }
      engine().finish(hostile, job, "completed");
      hostile.commit();
    }
    assertThat(content(LOG_COLUMNS, "scenario_logs" + IN_MARCH)).isEqualTo(march);
    assertThat(db.rows("SELECT from_time, until FROM archive.holds"))
        .hasToString("[[2024-03-01 00:00:00+00, 2026-04-04 12:00:00+00]]");
    assertAllIsRight();
  }

  @Test
  void aPreviewSaysWhatWouldComeBackAndChangesNothing() {
    archiveThreeYears();
    List<List<String>> before = everything();

    JsonNode preview =
        json(
            db.archive()
                .restorePreview("logs", "{\"from\": \"2024-03-01\", \"to\": \"2024-05-01\"}"));

    assertThat(everything()).isEqualTo(before);
    assertThat(preview.get("refusals")).isEmpty();
    assertThat(preview.get("conflicts")).isEmpty();
    assertThat(preview.get("hold").asText()).isEqualTo("30 days");
    assertThat(preview.get("months")).hasSize(2);
    RestoreResult total = restore("logs", "{\"from\": \"2024-03-01\", \"to\": \"2024-05-01\"}");
    assertThat(preview.get("rows").asLong()).isEqualTo(total.restored());
    assertThat(preview.get("bytes").asLong()).isEqualTo(total.bytes());
  }

  @Test
  void aNullIsAValueThatRowsAreMatchedBy() {
    clock("2026-03-05T12:00:00Z");
    logsAt(List.of("2024-03-02T00:00:00Z", "2024-03-03T00:00:00Z", "2024-03-04T00:00:00Z"));
    db.execute(
        "UPDATE public.scenario_logs SET message_preview = NULL WHERE received_at = '2024-03-03Z'");
    run("logs");

    restore("logs", MARCH.replace("}", ", \"where\": {\"message_preview\": null}}"));

    assertThat(db.rows("SELECT received_at = '2024-03-03Z' FROM scenario_logs"))
        .containsExactly(List.of("t"));
    assertThat(db.value("SELECT matching::text FROM archive.active_holds"))
        .isEqualTo("{\"message_preview\": null}");
    assertAllIsRight();
  }
}
