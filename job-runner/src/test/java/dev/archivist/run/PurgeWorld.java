package dev.archivist.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.db.Database;
import dev.archivist.engine.catalog.Month;
import dev.archivist.engine.purge.BinEntry;
import dev.archivist.testing.PurgeJob;
import dev.archivist.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** A database whose archive has months past their retention, by a clock of its own. */
final class PurgeWorld implements AutoCloseable {
  /** The clock: with seven years of retention, June 2019 and all before it are past. */
  static final String NOW = "2026-07-15 12:00:00+00";

  /** The policy's columns that its rows are compared by. */
  static final String LOG_COLUMNS =
      "id, scenario_id, received_at, message_hash, message_preview, source, size_bytes, has_pii,"
          + " token_count, sqs_blocks";

  final TestDatabase db;

  PurgeWorld() {
    this(TestDatabase.migrated());
  }

  PurgeWorld(TestDatabase db) {
    this.db = db;
    clock(NOW);
  }

  void clock(String instant) {
    db.execute("ALTER DATABASE " + db.name() + " SET \"archivist.now\" = '" + instant + "'");
  }

  /** So many log rows in each of the months, such as {@code 2019-05}. */
  void logs(int rows, String... months) {
    for (String month : months) {
      db.execute(
          """
          INSERT INTO public.scenario_logs
          SELECT gen_random_uuid(), md5((g %% 3)::text)::uuid,
            timestamptz '%s-01 00:00:00+00' + g * interval '11 hours', md5(g::text),
            CASE WHEN g %% 5 > 0 THEN E'line \\' ' || g END, 'api', g, g %% 3 = 0, g %% 50, 1
          FROM generate_series(0, %d) g
          """
              .formatted(month, rows - 1));
    }
  }

  /** A sample of one series at each instant. */
  void sample(String instant, String value) {
    db.execute(
        """
        INSERT INTO public.scenario_metrics
        VALUES (gen_random_uuid(), md5('s')::uuid, '%s', 'latency', 'p50', '%s', 'ms', '{}')
        """
            .formatted(instant, value));
  }

  void archive(String policy) {
    try (Database database = Database.open(db.settings())) {
      JobOutcome outcome =
          new PolicyRun(database, db.settings(), new StopSignal(), Progress.SILENT).run(policy);
      assertThat(outcome.failure()).isEmpty();
      assertThat(outcome.status()).isEqualTo("completed");
    }
  }

  /** A purge that gives up soon where someone is in its way. */
  PurgeOutcome purge(String policy) {
    return purges().purge(policy);
  }

  PurgeRun purges() {
    return purges(db.database());
  }

  PurgeRun purges(LockRetry busy) {
    return new PurgeRun(
        db.database(), db.settings(), new StopSignal(), busy, PolicyRun::configuredStore);
  }

  PurgeRun purges(Database database) {
    StopSignal stop = new StopSignal();
    return new PurgeRun(
        database,
        db.settings(),
        stop,
        new LockRetry(stop, Duration.ofMillis(400)),
        PolicyRun::configuredStore);
  }

  /** As a purge that is killed right after the step, its session gone, its job not closed. */
  void purgeUntil(String month, String lastStep) {
    try (PurgeJob session = session("logs")) {
      session.begin("{}");
      BinEntry entry = session.record(month(month)).orElseThrow();
      if (!lastStep.equals("record")) {
        session.beginDetach(entry);
        if (!lastStep.equals("beginDetach")) {
          session.finishDetach(entry);
          if (!lastStep.equals("finishDetach")) {
            session.bin(entry);
          }
        }
      }
    }
  }

  PurgeJob session(String policy) {
    return PurgeJob.open(db.database(), policy);
  }

  /** What happened to each month, such as {@code 2019-05 BINNED}. */
  static List<String> fates(PurgeOutcome outcome) {
    assertThat(outcome.failure()).isEmpty();
    return outcome.months().stream().map(each -> each.month() + " " + each.fate()).toList();
  }

  static Month month(String month) {
    return Month.ofFirstDay(month + "-01");
  }

  /** Months of the archive that a new statement sees. */
  List<String> archivedMonths(String table, String time) {
    return column(
        "SELECT DISTINCT to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM') FROM %s ORDER BY 1"
            .formatted(time, table));
  }

  List<String> archivedLogMonths() {
    return archivedMonths("scenario_logs_archive", "received_at");
  }

  List<String> binStates() {
    return column(
        "SELECT to_char(month, 'YYYY-MM') || ' ' || state FROM archive.bin ORDER BY month, begun_at");
  }

  UUID bin(String month) {
    return UUID.fromString(
        db.value(
            "SELECT bin_id FROM archive.bin WHERE month = ?::date AND state IN ('binned', 'detaching')",
            month + "-01"));
  }

  /** Every log row: live, archived, on its way out, or in the bin. */
  List<String> allLogs() {
    List<String> tables = new ArrayList<>(List.of("public.scenario_logs"));
    tables.addAll(
        column(
            """
            SELECT c.oid::regclass::text FROM pg_class c
            WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'archive_bin'::regnamespace)
              AND (c.relname ~ '^scenario_logs_archive_' OR c.relname ~ '^logs_')
            """));
    return column(
        tables.stream()
                .map(
                    table ->
                        "SELECT encode(record_send(ROW(" + LOG_COLUMNS + ")), 'hex') FROM " + table)
                .collect(Collectors.joining(" UNION ALL "))
            + " ORDER BY 1");
  }

  /** For each month the ledger is the sum of the journal, and is what the archive has. */
  void assertLedgerIsRight(String policy) {
    assertThat(db.archive().verify(policy).ok()).isTrue();
    assertThat(
            db.rows(
                """
                SELECT * FROM (
                  SELECT month, sum(rows) AS rows, sum(bytes) AS bytes, sum(source_rows) AS source_rows,
                    sum(digest_a) AS a, sum(digest_b) AS b
                  FROM archive.batches WHERE policy = ? AND bin_id IS NULL GROUP BY month
                ) journal
                FULL JOIN (SELECT * FROM archive.ledger WHERE policy = ?) ledger USING (month)
                WHERE (journal.rows, journal.bytes, journal.source_rows, journal.a, journal.b) IS DISTINCT FROM
                  (ledger.rows, ledger.bytes, ledger.source_rows, ledger.digest_a, ledger.digest_b)
                """,
                policy,
                policy))
        .isEmpty();
  }

  List<String> column(String sql, Object... values) {
    return db.rows(sql, values).stream().map(row -> row.get(0)).toList();
  }

  @Override
  public void close() {
    db.close();
  }
}
