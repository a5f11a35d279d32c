package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.archivist.db.Database;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.testing.JobSession;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A restore overwrites nothing, doubles nothing, and stops before it does what is not meant. */
abstract class RestoreSafetyContract extends EngineContract {
  private static final String BIN_TABLE =
      "INSERT INTO archive.bin_tables (bin_id, position, table_name, partition_name, rows, bytes,"
          + " source_rows, digest_a, digest_b, content) SELECT bin_id, 0, 'x', 'y', 0, 0, 0, 0, 0,"
          + " '{}' FROM archive.bin";

  private static final String RANGE = "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\"}";
  private static final String COPY =
      "{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\", \"into\": \"copy\"}";
  private static final UUID FIRST = new UUID(0, 1);

  @BeforeEach
  void archiveTenRows() {
    clock("2026-03-05T12:00:00Z");
    for (int day = 1; day <= 9; day++) {
      db.execute(logAt(new UUID(0, day), "2020-01-0" + day + "T00:00:00Z", "row " + day));
    }
    db.execute(logAt(new UUID(0, 10), "2020-02-01T00:00:00Z", "row of February"));
    run("logs");
  }

  private void assertNothingHappened(List<List<String>> before) {
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void rowsThatAreLiveAgainAreListedAndNothingIsRestored() {
    db.execute(
        logAt(FIRST, "2026-01-01T00:00:00Z", "another"),
        logAt(new UUID(0, 7), "2020-01-07T00:00:00Z", "the same"));
    List<List<String>> before = everything();

    Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("scenario_logs_pkey: 2 rows: (id)=(" + FIRST + "), (id)=(")
        .hasMessageContaining("others have their keys or a constraint refuses them");
    assertNothingHappened(before);
    JsonNode preview = json(db.archive().restorePreview("logs", RANGE));
    assertThat(preview.get("conflicts").toString())
        .contains("\"rows\":2", "\"key\":\"scenario_logs_pkey\"", FIRST.toString());
  }

  @Test
  void twoArchivedRowsOfOneKeyAreAConflict() {
    db.execute(logAt(FIRST, "2020-01-20T00:00:00Z", "twice"));
    run("logs");
    List<List<String>> before = everything();

    Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("scenario_logs_pkey: 1 row: (id)=(" + FIRST + ")");
    assertNothingHappened(before);
    restore("logs", "{\"from\": \"2020-01-02\", \"to\": \"2020-02-01\"}");
    assertThat(db.value("SELECT message_preview FROM scenario_logs WHERE id = ?", FIRST))
        .isEqualTo("twice");
    assertLedgerIsRight("logs");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE UNIQUE INDEX k ON public.scenario_logs (lower(message_preview)) | (lower(message_preview::text))=(row 3)",
        "CREATE UNIQUE INDEX k ON public.scenario_logs (source, message_preview) WHERE token_count = 1 | (source, message_preview)=(api, row 3)",
        "CREATE UNIQUE INDEX k ON public.scenario_logs (message_preview, source) INCLUDE (id) | (message_preview, source)=(row 3, api)",
        "ALTER TABLE public.scenario_logs ADD CONSTRAINT k UNIQUE (message_preview) DEFERRABLE INITIALLY DEFERRED | (message_preview)=(row 3)",
      })
  void anyUniqueIndexCounts(String index, String shown) {
    db.execute(index, logAt(UUID.randomUUID(), "2026-01-01T00:00:00Z", "row 3"));
    List<List<String>> before = everything();

    Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("k: 1 row: " + shown);
    assertNothingHappened(before);
    db.execute("DELETE FROM public.scenario_logs");
    assertThat(restore("logs", RANGE).restored()).isEqualTo(9);
  }

  @Test
  void nullsMeetNullsOnlyWhereTheIndexSaysSo() {
    db.execute(
        "UPDATE public.scenario_logs_archive SET message_preview = NULL",
        "INSERT INTO public.scenario_logs SELECT gen_random_uuid(), scenario_id, '2026-01-01Z',"
            + " message_hash, NULL, source, size_bytes, has_pii, token_count, sqs_blocks"
            + " FROM public.scenario_logs_archive LIMIT 1",
        "CREATE UNIQUE INDEX k ON public.scenario_logs (message_preview)");
    assertThat(json(db.archive().restorePreview("logs", RANGE)).get("conflicts")).isEmpty();
    db.execute(
        "DROP INDEX public.k",
        "CREATE UNIQUE INDEX k ON public.scenario_logs (message_preview) NULLS NOT DISTINCT");
    assertThat(json(db.archive().restorePreview("logs", RANGE)).at("/conflicts/0/rows").asLong())
        // nine that meet the live one, and one group that meet each other
        .isEqualTo(10);
  }

  @Test
  void aRowThatBecomesLiveWhileItIsRestoredIsNotOverwritten() throws Exception {
    List<List<String>> archived = db.rows("SELECT * FROM scenario_logs_archive ORDER BY id");
    List<List<String>> ledger = db.rows("SELECT * FROM archive.ledger ORDER BY 2");
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore(RANGE);
      rival.execute(logAt(FIRST, "2026-01-01T00:00:00Z", "newer"));
      Future<RestoreResult> batch = rival.blocks(session::restoreBatch);
      rival.commit();

      Failures.assertFails(() -> Rival.result(batch), ArchiveError.RESTORE_CONFLICT)
          .hasMessageContaining("scenario_logs_pkey: 1 row: (id)=(" + FIRST + ")");
      session.finish("failed", "conflict");
    }
    assertThat(column("SELECT message_preview FROM scenario_logs")).containsExactly("newer");
    assertThat(db.rows("SELECT * FROM scenario_logs_archive ORDER BY id")).isEqualTo(archived);
    assertThat(db.rows("SELECT * FROM archive.ledger ORDER BY 2")).isEqualTo(ledger);
  }

  @Test
  void aRivalThatGivesUpIsWaitedFor() throws Exception {
    try (Rival rival = new Rival(db);
        JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore(RANGE);
      rival.execute(logAt(FIRST, "2026-01-01T00:00:00Z", "newer"));
      Future<RestoreResult> batch = rival.blocks(session::restoreBatch);
      rival.rollback();

      assertThat(batch.get().restored()).isEqualTo(9);
      session.finish("completed", null);
    }
    assertThat(db.number("SELECT count(*) FROM scenario_logs")).isEqualTo(9);
    assertLedgerIsRight("logs");
  }

  @Test
  void anExclusionConstraintIsAConflictToo() {
    db.execute(
        "ALTER TABLE public.scenario_logs ADD CONSTRAINT e EXCLUDE USING btree (message_preview WITH =)",
        logAt(UUID.randomUUID(), "2026-01-01T00:00:00Z", "row 3"));

    Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("exclusion constraint e of public.scenario_logs: 1 row");
    assertThat(db.number("SELECT count(*) FROM scenario_logs")).isEqualTo(1);
    assertLedgerIsRight("logs");
  }

  @Test
  void aPreviewSaysWhatItCannotSeeAndTheFailureNamesIt() {
    db.execute(
        "ALTER TABLE public.scenario_logs ADD CONSTRAINT own FOREIGN KEY (scenario_id)"
            + " REFERENCES public.scenario_logs");
    String own = "foreign key own of public.scenario_logs to itself";

    assertThat(json(db.archive().restorePreview("logs", RANGE)).get("notes").toString())
        .contains("not checked, because only the restore itself can tell: " + own);
    Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining(own + ": 1 row: (unknown)");
    assertLedgerIsRight("logs");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADD CONSTRAINT asked CHECK (message_preview <> 'row 5') | (message_preview)=(row 5)",
        "ADD CONSTRAINT asked FOREIGN KEY (message_preview) REFERENCES public.known | (message_preview)=(row 5)"
      })
  void aPreviewOfACopySeesWhatItsTableAsks(String asked, String shown) {
    restore("logs", COPY);
    db.execute(
        "CREATE TABLE public.known (n text PRIMARY KEY)",
        "GRANT SELECT ON public.known TO archive_owner",
        "INSERT INTO public.known SELECT message_preview FROM public.copy WHERE message_preview <> 'row 5'",
        "DELETE FROM public.copy",
        "ALTER TABLE public.copy " + asked);

    JsonNode preview = json(db.archive().restorePreview("logs", COPY));
    assertThat(preview.at("/conflicts/0/key").asText()).isEqualTo("asked");
    assertThat(preview.at("/conflicts/0/shown").toString()).contains(shown);
    Failures.assertFails(() -> restore("logs", COPY), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("asked: 1 row: " + shown);
    assertThat(db.rows("SELECT * FROM copy")).isEmpty();
  }

  @Test
  void aCopyNeverOverwritesARowOfOtherContent() {
    restore("logs", COPY);
    db.execute(
        "UPDATE public.copy SET message_preview = 'mine' WHERE id = '" + FIRST + "'",
        "DELETE FROM public.copy WHERE message_preview = 'row 5'");
    List<List<String>> before = everything();

    Failures.assertFails(() -> restore("logs", COPY), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("id, received_at: 1 row: (" + FIRST);
    assertNothingHappened(before);
  }

  /** Under the statements' search path there is no operator of the key's type by its name. */
  @Test
  void aKeyComparesAsItsTypeDoes() {
    db.execute(
        "CREATE EXTENSION ltree SCHEMA public",
        "CREATE TABLE public.nodes (path public.ltree PRIMARY KEY, at timestamptz NOT NULL, v int)",
        "INSERT INTO public.nodes VALUES ('a.b', '2020-01-05Z', 1), ('a.c', '2020-01-06Z', 2)");
    movePolicy("nodes", "nodes", "nodes_archive", "at");
    db.execute(
        "ALTER TABLE public.nodes_archive ADD PRIMARY KEY (path, at)",
        "GRANT INSERT ON public.nodes TO archive_owner");
    run("nodes");

    assertThat(restore("nodes", COPY).restored()).isEqualTo(2);
    assertThat(restore("nodes", COPY).present()).isEqualTo(2);
    db.execute("UPDATE public.copy SET v = 3 WHERE path = 'a.c'");
    Failures.assertFails(() -> restore("nodes", COPY), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("path, at: 1 row: (a.c");
    db.execute("INSERT INTO public.nodes VALUES ('a.b', '2026-03-05Z', 1)");
    Failures.assertFails(() -> restore("nodes", RANGE), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("nodes_pkey: 1 row: (path)=(a.b)");
  }

  /** char(n) knows no spaces at the end, text does, and a foreign key goes by its own operator. */
  @Test
  void aForeignKeyAsksByItsOwnOperator() {
    db.execute(
        "CREATE TABLE public.marks (mark char(5) PRIMARY KEY)",
        "INSERT INTO public.marks VALUES ('row 5')",
        "CREATE TABLE public.marked (id int PRIMARY KEY, at timestamptz NOT NULL, mark text REFERENCES public.marks)",
        "GRANT SELECT ON public.marks TO archive_owner",
        "INSERT INTO public.marked VALUES (1, '2020-01-05Z', 'row 5  ')");
    movePolicy("marked", "marked", "marked_archive", "at");
    db.execute("GRANT INSERT ON public.marked TO archive_owner");
    run("marked");

    assertThat(json(db.archive().restorePreview("marked", RANGE)).get("conflicts")).isEmpty();
    assertThat(restore("marked", RANGE).restored()).isEqualTo(1);
  }

  @Test
  void aCopyMeetsOtherKeysOfItsTable() {
    restore("logs", COPY);
    db.execute("DELETE FROM public.copy", "CREATE UNIQUE INDEX ON public.copy (source)");

    Failures.assertFails(() -> restore("logs", COPY), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining("another unique key: 8 rows");
    assertThat(db.rows("SELECT * FROM copy")).isEmpty();
  }

  @Test
  void whatStoodAgainstItIsLookedForAgainUnderLock() {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore(RANGE);
      db.execute(
          "CREATE TRIGGER t BEFORE INSERT ON public.scenario_logs FOR EACH ROW"
              + " EXECUTE FUNCTION suppress_redundant_updates_trigger()");

      Failures.assertFails(session::restoreBatch, ArchiveError.POLICY_REFUSED);
    }
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(10);
  }

  @Test
  void aMonthThatIsOnItsWayToTheBinIsLeftToThePurge() {
    db.execute(
        "INSERT INTO archive.bin (bin_id, policy, month, state) VALUES ('"
            + FIRST
            + "', 'logs', '2020-01-01', 'detaching')",
        BIN_TABLE);

    for (String options : List.of(RANGE, COPY)) {
      Failures.assertFails(() -> restore("logs", options), ArchiveError.POLICY_REFUSED)
          .hasMessageContaining("month 2020-01 is on its way to the bin");
    }
    assertThat(restore("logs", "{\"from\": \"2020-02-01\", \"to\": \"2020-03-01\"}").restored())
        .isEqualTo(1);
  }

  @Test
  void whatIsInTheBinIsSaid() {
    db.execute(
        "INSERT INTO archive.bin (bin_id, policy, month, state, binned_at, drop_after) VALUES ('"
            + FIRST
            + "', 'logs', '2019-12-01', 'binned', now(), now())",
        BIN_TABLE);

    assertThat(
            json(db.archive().restorePreview("logs", RANGE.replace("2020-01-01", "2019-12-31")))
                .get("notes")
                .toString())
        .isEqualTo("[\"2019-12 is in the bin: archivist bin restore " + FIRST + "\"]");
    assertThat(json(db.archive().restorePreview("logs", RANGE)).get("notes")).isEmpty();
  }

  @Test
  void aGeneratedValueThatComesOutDifferentlyUndoesTheBatch() {
    db.execute(
        "CREATE TABLE public.computed (at timestamptz NOT NULL, n int)",
        "INSERT INTO public.computed SELECT '2020-01-01Z', g FROM generate_series(5, 9) g");
    movePolicy("computed", "computed", "computed_archive", "at");
    db.execute("GRANT INSERT ON public.computed TO archive_owner");
    run("computed");
    db.execute(
        "ALTER TABLE public.computed DROP COLUMN n",
        "ALTER TABLE public.computed ADD COLUMN n int GENERATED ALWAYS AS (7) STORED");

    Failures.assertFails(() -> restore("computed", RANGE), ArchiveError.BATCH_NOT_CONSERVED)
        .hasMessageContaining("with other content");
    assertThat(db.rows("SELECT * FROM computed")).isEmpty();
    assertThat(db.number("SELECT sum(n) FROM computed_archive")).isEqualTo(35);
  }

  @Test
  void aLedgerThatHasTooFewRowsUndoesTheBatch() {
    db.execute("UPDATE archive.ledger SET rows = 8 WHERE month = '2020-01-01'");

    Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.LEDGER_DIFFERS)
        .hasMessageContaining("has more rows than its ledger");
    assertThat(db.rows("SELECT * FROM scenario_logs")).isEmpty();
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(10);
  }

  @Test
  void nothingIsArchivedWhileARestoreIsOpen() {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore(RANGE);

      Failures.assertFails(() -> run("logs"), ArchiveError.POLICY_HELD);
      Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.POLICY_HELD);
      Failures.assertFails(session::runBatch, ArchiveError.JOB_NOT_RUNNING)
          .hasMessageContaining("is not one to run but to restore");
      session.finish("completed", null);
    }
    run("logs");
  }

  @Test
  void anOperatorMayNotTakeRowsOutOfTheArchive() {
    try (Login login = new Login(db, "archive_operator");
        Database operator = open(login.url(), Map.of());
        JobSession session = JobSession.open(operator, "logs")) {
      Failures.assertFails(() -> session.beginRestore(RANGE), ArchiveError.PRIVILEGE_MISSING)
          .hasMessageContaining("may not take anything out of the archive");
    }
  }

  @Test
  void aMemberOfTheOwnerRestores() {
    try (Login login = new Login(db, "archive_owner");
        Database owner = open(login.url(), Map.of());
        JobSession session = JobSession.open(owner, "logs")) {
      session.beginRestore(RANGE);
      assertThat(sumOfRestore(restoreBatches(session)).restored()).isEqualTo(9);
      session.finish("completed", null);
      session.beginRestore(COPY.replace("2020-02-01", "2020-03-01"));
      assertThat(sumOfRestore(restoreBatches(session)).restored()).isEqualTo(1);
      session.finish("completed", null);
    }
    assertLedgerIsRight("logs");
  }

  @Test
  void aMissingRightOnTheLiveTableIsSaid() {
    db.execute("REVOKE INSERT ON public.scenario_logs FROM archive_owner");
    try (Login login = new Login(db, "archive_owner");
        Database owner = open(login.url(), Map.of());
        JobSession session = JobSession.open(owner, "logs")) {
      Failures.assertFails(() -> session.beginRestore(RANGE), ArchiveError.POLICY_REFUSED)
          .hasMessageContaining("may not INSERT public.scenario_logs");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADD CONSTRAINT k FOREIGN KEY (scenario_id) REFERENCES public.scenarios | k: 9 rows: (scenario_id)=(",
        "ADD CONSTRAINT k CHECK (message_preview <> 'row 3') | k: 1 row: (message_preview)=(row 3)",
        "ALTER COLUMN message_preview SET NOT NULL | NOT NULL of message_preview: 1 row: (message_preview)=(null)",
      })
  void whatTheLiveTableWouldRefuseIsListed(String change, String shown) {
    db.execute(
        "CREATE TABLE public.scenarios (id uuid PRIMARY KEY)",
        "GRANT SELECT ON public.scenarios TO archive_owner",
        "UPDATE public.scenario_logs_archive SET message_preview = NULL WHERE message_preview = 'row 4'",
        "ALTER TABLE public.scenario_logs " + change);
    List<List<String>> before = everything();

    Failures.assertFails(() -> restore("logs", RANGE), ArchiveError.RESTORE_CONFLICT)
        .hasMessageContaining(shown);
    assertNothingHappened(before);
    assertThat(json(db.archive().restorePreview("logs", RANGE)).get("conflicts").toString())
        .contains("\"key\":\"" + shown.substring(0, shown.indexOf(':')) + "\"");
    db.execute("INSERT INTO public.scenarios SELECT scenario_id FROM public.scenario_logs_archive");
    if (shown.contains("scenario_id")) {
      assertThat(json(db.archive().restorePreview("logs", RANGE)).get("conflicts")).isEmpty();
    }
  }

  @Test
  void whatIsRefusedOnlyWhenTheRowsComeUndoesTheBatch() {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore(RANGE);
      db.execute(
          "CREATE TABLE public.scenarios (id uuid PRIMARY KEY)",
          "ALTER TABLE public.scenario_logs ADD CONSTRAINT k FOREIGN KEY (scenario_id) REFERENCES public.scenarios",
          "GRANT SELECT ON public.scenarios TO archive_owner");

      Failures.assertFails(session::restoreBatch, ArchiveError.RESTORE_CONFLICT)
          .hasMessageContaining("k: 9 rows: (scenario_id)=(");
    }
    assertThat(db.rows("SELECT * FROM scenario_logs")).isEmpty();
    assertLedgerIsRight("logs");
  }

  @Test
  void aPidThatComesAgainIsNoOpenJob() {
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      db.execute(
          "INSERT INTO archive.jobs (job_type, status, started_at, session_pid)"
              + " SELECT 'logs', 'running', now(), pid FROM pg_stat_activity"
              + " WHERE datname = current_database() AND application_name = 'archivist job logs'");
      session.beginRestore(RANGE);
      assertThat(sumOfRestore(restoreBatches(session)).restored()).isEqualTo(9);
      session.finish("completed", null);
    }
  }

  @Test
  void aHoldWithoutEndIsNotGivenOneByARestore() {
    restore("logs", RANGE);
    db.execute("UPDATE archive.holds SET until = NULL");
    run("logs");

    restore("logs", RANGE);
    assertThat(db.rows("SELECT until FROM archive.holds")).hasSize(1);
    assertThat(db.value("SELECT until::text FROM archive.holds")).isNull();
  }
}
