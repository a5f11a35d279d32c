package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.job.BatchResult;
import dev.archivist.testing.JobSession;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Old rows move unchanged, in batches of the size that the policy says. */
abstract class MoveContract extends EngineContract {

  @Test
  void movesExactlyTheOldRowsUnchanged() {
    clock("2026-03-05T12:00:00Z");
    fillLogs(5000);
    String old = "received_at < '2025-03-05 12:00:00+00'";
    List<String> before = allLogs();
    List<String> expected = content(LOG_COLUMNS, "scenario_logs WHERE " + old);

    BatchResult total = run("logs");

    assertThat(expected).isNotEmpty();
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).isEqualTo(expected);
    assertThat(allLogs()).isEqualTo(before);
    assertThat(total.processed()).isEqualTo(expected.size());
    assertThat(total.archived()).isEqualTo(expected.size());
    assertThat(total.deleted()).isEqualTo(expected.size());
    assertLedgerIsRight("logs");
  }

  @Test
  void everyArchivedRowSaysWhenAndByWhichBatchItCame() {
    fillLogs(500);
    batchRows("logs", 100);

    run("logs");

    assertThat(
            db.rows(
                """
                SELECT archive_batch_id, received_at_month, archived_at, count(*)
                FROM (SELECT *, (date_trunc('month', received_at, 'UTC') AT TIME ZONE 'UTC')::date
                    AS received_at_month FROM scenario_logs_archive) kept
                GROUP BY 1, 2, 3 ORDER BY 1, 2
                """))
        .isNotEmpty()
        .isEqualTo(
            db.rows(
                "SELECT batch_id, month, archived_at, rows FROM archive.batches ORDER BY 1, 2"));
  }

  @Test
  void noBatchTakesMoreThanThePolicySays() {
    fillLogs(1000);
    makeMonths("logs", "scenario_logs", "received_at");
    batchRows("logs", 70);
    long old = plan("logs").get("rows").asLong();

    List<BatchResult> batches = moving(batches("logs"));

    assertThat(batches.subList(0, batches.size() - 1))
        .allSatisfy(batch -> assertThat(batch.deleted()).isEqualTo(70));
    assertThat(batches.get(batches.size() - 1).deleted()).isEqualTo(old % 70);
    assertThat(batches).hasSize((int) (old / 70) + 1);
  }

  @Test
  void rowsOfOneSingleInstantStillComeInBatches() {
    sameInstant();
    makeMonths("logs", "scenario_logs", "received_at");
    List<String> before = allLogs();
    batchRows("logs", 7);

    List<BatchResult> batches = moving(batches("logs"));

    assertThat(batches).hasSize(15).allMatch(batch -> batch.deleted() <= 7);
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).hasSize(100).isEqualTo(before);
    assertLedgerIsRight("logs");
  }

  @Test
  void rowsOfOneSingleInstantStillComeInBatchesWithoutAnIndex() {
    dropTimeIndex();
    sameInstant();
    makeMonths("logs", "scenario_logs", "received_at");
    List<String> before = allLogs();
    batchRows("logs", 7);

    List<BatchResult> batches = moving(batches("logs"));

    assertThat(batches).hasSize(15).allMatch(batch -> batch.deleted() <= 7);
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).hasSize(100).isEqualTo(before);
    assertLedgerIsRight("logs");
  }

  /** The last pass of a job finds nothing more, and so moves nothing. */
  private static List<BatchResult> moving(List<BatchResult> batches) {
    BatchResult last = batches.get(batches.size() - 1);
    assertThat(last).isEqualTo(new BatchResult(0, 0, 0, 0, true));
    return batches.stream().filter(batch -> batch.deleted() > 0).toList();
  }

  private void sameInstant() {
    db.execute(
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), gen_random_uuid(), '2020-02-29 23:59:59.999999+00', md5(g::text),
          NULL, 'api', g, false, g, 1
        FROM generate_series(1, 100) g
        """);
  }

  private void dropTimeIndex() {
    db.execute("DROP INDEX public.ix_scenario_logs_received");
  }

  @Test
  void withAndWithoutAnIndexTheEndIsTheSame() {
    clock("2026-03-05T12:00:00Z");
    fillLogs(4000);
    batchRows("logs", 300);
    db.execute("CREATE TABLE public.copy AS SELECT * FROM public.scenario_logs ORDER BY id");
    String plannedScan = plan("logs").get("scan").asText();
    run("logs");
    List<String> live = content(LOG_COLUMNS, "scenario_logs");
    List<String> archived = content(LOG_COLUMNS, "scenario_logs_archive");
    List<List<String>> ledger = ledger();

    db.execute(
        "TRUNCATE public.scenario_logs, public.scenario_logs_archive, archive.ledger, archive.batches",
        "INSERT INTO public.scenario_logs SELECT * FROM public.copy");
    dropTimeIndex();
    String otherScan = plan("logs").get("scan").asText();
    run("logs");

    assertThat(List.of(plannedScan, otherScan)).containsExactly("index", "blocks");
    assertThat(content(LOG_COLUMNS, "scenario_logs")).isEqualTo(live);
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).isEqualTo(archived);
    assertThat(ledger()).isEqualTo(ledger);
    assertLedgerIsRight("logs");
  }

  private List<List<String>> ledger() {
    return db.rows(
        """
        SELECT policy, month, rows, bytes, source_rows, oldest, newest, digest_a, digest_b
        FROM archive.ledger ORDER BY 1, 2
        """);
  }

  /**
   * The scan by blocks stops at a limit and continues after the last block, which is right only
   * while rows come in physical order. An index whose second column is the time gives them in
   * another one, and a planner likes it where rows are wide and few of them old.
   */
  @Test
  void theWalkThroughBlocksSkipsNothingThoughAnotherIndexIsCheaper() {
    dropTimeIndex();
    db.execute(
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), md5(g::text)::uuid,
          CASE WHEN g % 100 = 0 THEN timestamptz '2020-01-01 00:00:00+00' + g * interval '1 s'
            ELSE pg_catalog.now() END,
          'h', repeat(md5(g::text), 15), 'api', g, false, 1, 1
        FROM generate_series(1, 20000) g
        """,
        "VACUUM ANALYZE public.scenario_logs");
    batchRows("logs", 20);

    BatchResult total = run("logs");

    assertThat(total.deleted()).isEqualTo(200);
    assertThat(content(LOG_COLUMNS, "scenario_logs WHERE received_at < '2021-01-01'")).isEmpty();
    assertThat(content(LOG_COLUMNS, "scenario_logs_archive")).hasSize(200);
  }

  @Test
  void theWalkThroughBlocksGoesOnBehindItsFirstStride() {
    dropTimeIndex();
    // One row a block, so that few rows make more blocks than one batch may read.
    db.execute(
        "ALTER TABLE public.scenario_logs SET (fillfactor = 10)",
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), gen_random_uuid(),
          CASE WHEN g % 6000 = 1 THEN timestamptz '2020-01-01 00:00:00+00' ELSE pg_catalog.now() END,
          'h', repeat('x', 500), 'api', g, false, 1, 1
        FROM generate_series(1, 18001) g
        """);
    db.execute("SELECT archive.make_month_partition('logs', '2020-01-01')");
    long blocks =
        db.number("SELECT pg_relation_size('scenario_logs') / current_setting('block_size')::int");

    List<BatchResult> batches = moving(batches("logs"));

    assertThat(blocks).isGreaterThan(16_384);
    assertThat(batches).extracting(BatchResult::deleted).containsExactly(3L, 1L);
    assertThat(content("size_bytes", "scenario_logs WHERE received_at < '2021-01-01'")).isEmpty();
    assertThat(column("SELECT size_bytes FROM scenario_logs_archive ORDER BY 1"))
        .containsExactly("1", "6001", "12001", "18001");
  }

  /**
   * PostgreSQL compresses and moves out values where a row grows beyond about 2 kB, and the
   * archive's rows are longer by two columns: the ledger must not depend on how a value is stored.
   */
  @Test
  void theWalkThroughBlocksBeginsAtTheFirstBlockThoughAnotherScanIsInTheMiddle() throws Exception {
    // larger than a quarter of shared_buffers, so that scans join each other, and all of it old
    db.execute(
        "CREATE TABLE public.wide (at timestamptz NOT NULL, text text NOT NULL)",
        "ALTER TABLE public.wide ALTER COLUMN text SET STORAGE PLAIN",
        "INSERT INTO public.wide SELECT timestamptz '2020-01-01Z' + g * interval '1 min',"
            + " repeat('x', 2000) FROM generate_series(1, 20000) g",
        "ANALYZE public.wide");
    movePolicy("wide", "wide", "wide_archive", "at");
    batchRows("wide", 6000);
    // the planner then reads the blocks by a sequential scan
    db.execute("ALTER DATABASE " + db.name() + " SET enable_tidscan = off");
    try (Rival rival = new Rival(db)) {
      rival.execute("DECLARE somewhere CURSOR FOR SELECT * FROM public.wide");
      rival.execute("FETCH 12000 FROM somewhere");

      run("wide");
    }
    assertThat(db.number("SELECT count(*) FROM public.wide")).isZero();
    assertThat(db.number("SELECT count(*) FROM public.wide_archive")).isEqualTo(20_000);
  }

  @Test
  void theLedgerIsRightForRowsOfEveryWidth() {
    db.execute(
        "CREATE TABLE public.wide (at timestamptz NOT NULL, body text, document jsonb)",
        """
        INSERT INTO public.wide
        SELECT '2020-01-01 00:00:00+00', string_agg(chr(97 + (i * i) % 23), ''), NULL
        FROM generate_series(1900, 2300, 3) n, generate_series(1, n) i GROUP BY n
        """,
        """
        INSERT INTO public.wide
        SELECT '2020-02-01 00:00:00+00', NULL,
          jsonb_build_object('x', string_agg(md5((i * n)::text), ''))
        FROM generate_series(1, 400, 7) n, generate_series(1, n) i GROUP BY n
        """);
    movePolicy("wide", "wide", "wide_archive", "at");
    batchRows("wide", 50);
    List<String> before = content("at, body, document", "wide");
    long planned = plan("wide").get("bytes").asLong();

    BatchResult total = run("wide");

    assertThat(content("at, body, document", "wide_archive")).isEqualTo(before);
    assertThat(total.bytes()).isEqualTo(planned);
    assertLedgerIsRight("wide");
  }

  @Test
  void aRowThatGoesMissingOnTheWayUndoesTheBatch() {
    fillLogs(100);
    makeMonths("logs", "scenario_logs", "received_at");
    List<String> before = allLogs();
    // The guards find a trigger that fires; this one fires for replicas only, such as this session.
    db.execute("ALTER DATABASE " + db.name() + " SET session_replication_role = replica");
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      db.execute(
          "SELECT archive.make_month_partition('logs',"
              + " (SELECT min(received_at) FROM public.scenario_logs)::date)",
          """
          CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RETURN NULL; END $$
          """,
          """
          DO $$ BEGIN EXECUTE (SELECT format('CREATE TRIGGER swallow BEFORE INSERT ON %1$s
              FOR EACH ROW EXECUTE FUNCTION public.swallow();
              ALTER TABLE %1$s ENABLE REPLICA TRIGGER swallow', min(inhrelid::regclass::text))
            FROM pg_inherits WHERE inhparent = 'public.scenario_logs_archive'::regclass); END $$
          """);

      Failures.assertFails(session::runBatch, ArchiveError.BATCH_NOT_CONSERVED)
          .hasMessageMatching(
              "\\d+ rows left public.scenario_logs but \\d+ arrived in public.scenario_logs_archive");
    }
    assertThat(content(LOG_COLUMNS, "scenario_logs")).isEqualTo(before);
    assertThat(db.rows("SELECT * FROM archive.batches")).isEmpty();
    assertThat(db.rows("SELECT * FROM archive.ledger")).isEmpty();
  }
}
