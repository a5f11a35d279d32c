package dev.archivist.contract;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.archivist.engine.job.BatchResult;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with one row concerns that row: it stays, is counted and named; the others go. */
abstract class PassingByContract extends EngineContract {
  private static final UUID ODD = new UUID(0, 1);
  private static final String ODD_KEY = "{\"id\":\"" + ODD + "\"}";

  @BeforeEach
  void fill() {
    clock("2026-03-05T12:00:00Z");
    for (int day = 1; day <= 9; day++) {
      db.execute(logAt(new UUID(1, day), "2020-01-0" + day + "T00:00:00Z", "other " + day));
    }
    db.execute(logAt(ODD, "2020-01-05T12:00:00Z", "odd"));
  }

  private void withoutIndex() {
    db.execute("DROP INDEX ix_scenario_logs_received");
  }

  private List<String> left() {
    return column("SELECT reason || ' ' || row_key FROM archive.rows_left ORDER BY 1");
  }

  private String message() {
    return db.value(
        "SELECT error_message FROM archive.jobs WHERE job_type = 'logs' ORDER BY started_at DESC LIMIT 1");
  }

  @ParameterizedTest
  @CsvSource({"false,1", "false,4", "false,100", "true,1", "true,4", "true,100"})
  void aRowThatOthersHaveLockedStaysAndIsNamed(boolean byBlocks, int batchRows) throws Exception {
    if (byBlocks) {
      withoutIndex();
    }
    batchRows("logs", batchRows);
    List<String> before = allLogs();
    try (Rival rival = new Rival(db)) {
      rival.execute("SELECT FROM scenario_logs WHERE id = '" + ODD + "' FOR UPDATE");

      assertThat(run("logs").deleted()).isEqualTo(9);

      assertThat(column("SELECT id FROM scenario_logs")).containsExactly(ODD.toString());
      assertThat(left()).containsExactly("locked " + ODD_KEY);
      assertThat(db.number("SELECT records_left FROM archive.jobs")).isEqualTo(1);
      assertThat(message())
          .startsWith("1 rows stay that are old enough: other sessions had locked");
    }
    assertThat(run("logs").deleted()).isEqualTo(1);
    assertThat(allLogs()).isEqualTo(before);
    assertThat(left()).isEmpty();
    assertThat(message()).isNull();
    assertLedgerIsRight("logs");
  }

  /** An UPDATE that is committed later has a new version, which stays old enough. */
  @Test
  void aRowThatIsBeingUpdatedIsTakenByTheNextRunInItsNewVersion() throws Exception {
    try (Rival rival = new Rival(db)) {
      rival.execute(
          "UPDATE public.scenario_logs SET message_preview = 'new' WHERE id = '" + ODD + "'");
      assertThat(run("logs").deleted()).isEqualTo(9);
      rival.commit();
    }
    assertThat(run("logs").deleted()).isEqualTo(1);
    assertThat(column("SELECT message_preview FROM scenario_logs_archive WHERE id = ?", ODD))
        .containsExactly("new");
  }

  /** All at one instant, and more than a batch takes: what is behind them is still found. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lockedRowsOfOneInstantKeepNoOthers(boolean byBlocks) throws Exception {
    if (byBlocks) {
      withoutIndex();
    }
    batchRows("logs", 3);
    db.execute("UPDATE public.scenario_logs SET received_at = '2020-01-01Z'");
    db.execute(logAt(new UUID(2, 1), "2020-01-02T00:00:00Z", "behind"));
    try (Rival rival = new Rival(db)) {
      rival.execute(
          "SELECT FROM scenario_logs WHERE received_at = '2020-01-01Z' AND id <> '%s' FOR UPDATE"
              .formatted(ODD));

      assertThat(run("logs").deleted()).isEqualTo(2);
    }
    assertThat(left()).hasSize(9);
    assertThat(run("logs").deleted()).isEqualTo(9);
    assertLedgerIsRight("logs");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE public.scenario_logs_archive ALTER message_preview SET NOT NULL |"
            + " message_preview = NULL | 23502 | \"message_preview\"",
        "ALTER TABLE public.scenario_logs_archive ADD CONSTRAINT few CHECK (token_count < 9) |"
            + " token_count = 10 | 23514 | \"few\"",
        "CREATE UNIQUE INDEX once ON public.scenario_logs_archive (message_preview, received_at) |"
            + " message_preview = 'other 1', received_at = '2020-01-01Z' | 23505 | _message_preview_received_at_idx\"",
        "ALTER TABLE public.scenario_logs_archive ADD CHECK (10 / sqs_blocks > 0) |"
            + " sqs_blocks = 0 | 22012 | division by zero",
        // a COMMIT that fails would take all back, whenever it is tried
        "ALTER TABLE public.scenario_logs_archive ADD CONSTRAINT late UNIQUE (message_preview, received_at)"
            + " DEFERRABLE INITIALLY DEFERRED |"
            + " message_preview = 'other 1', received_at = '2020-01-01Z' | 23505 | _message_preview_received_at_key\""
      })
  void aRowThatTheArchiveRefusesStaysAndIsNamed(
      String stricter, String odd, String state, String named) throws SQLException {
    db.execute(stricter, "UPDATE public.scenario_logs SET " + odd + " WHERE id = '" + ODD + "'");
    List<String> before = allLogs();

    for (int batchRows : new int[] {100, 3}) {
      batchRows("logs", batchRows);
      BatchResult moved = run("logs");

      assertThat(moved.deleted()).isEqualTo(batchRows == 100 ? 9 : 0);
      assertThat(left()).hasSize(1).first(STRING).startsWith("refused {\"id\":");
      assertThat(db.rows("SELECT sqlstate, message FROM archive.rows_left"))
          .singleElement()
          .satisfies(row -> assertThat(row.get(0)).isEqualTo(state))
          .satisfies(
              row -> assertThat(row.get(1)).contains(named).endsWith("(SQLSTATE " + state + ")"));
      assertThat(message()).contains(named).doesNotContain("ERROR").doesNotContain("\n");
      assertThat(allLogs()).isEqualTo(before);
      assertLedgerIsRight("logs");
    }
    db.execute("DELETE FROM public.scenario_logs");
    assertThat(run("logs").deleted()).isZero();
    assertThat(left()).isEmpty();
  }

  /** PL/Java does not say what a foreign key had against a row, only that something had. */
  @ParameterizedTest
  @ValueSource(strings = {"", "DEFERRABLE INITIALLY DEFERRED"})
  void aRowThatAForeignKeyOfTheArchiveRefusesStaysAndIsNamed(String when) {
    db.execute(
        "CREATE TABLE public.known (n integer PRIMARY KEY)",
        "INSERT INTO public.known VALUES (1)",
        "ALTER TABLE public.scenario_logs_archive ADD CONSTRAINT asked FOREIGN KEY (token_count)"
            + " REFERENCES public.known "
            + when,
        "UPDATE public.scenario_logs SET token_count = 10 WHERE id = '" + ODD + "'");
    List<String> before = allLogs();

    assertThat(run("logs").deleted()).isEqualTo(9);

    assertThat(left()).containsExactly("refused " + ODD_KEY);
    assertThat(message()).containsPattern("foreign key.*\\(SQLSTATE (23503|XX000)\\)");
    assertThat(allLogs()).isEqualTo(before);
    assertLedgerIsRight("logs");
  }

  @Test
  void lockedAndRefusedRowsAreToldApart() throws Exception {
    db.execute(
        "ALTER TABLE public.scenario_logs_archive ADD CHECK (token_count < 9)",
        "UPDATE public.scenario_logs SET token_count = 10 WHERE message_preview IN ('other 2', 'other 7')");
    List<String> before = allLogs();
    try (Rival rival = new Rival(db)) {
      rival.execute("SELECT FROM scenario_logs WHERE id = '" + ODD + "' FOR UPDATE");

      assertThat(run("logs").deleted()).isEqualTo(7);
    }
    assertThat(left())
        .containsExactly(
            "locked " + ODD_KEY,
            "refused {\"id\":\"" + new UUID(1, 2) + "\"}",
            "refused {\"id\":\"" + new UUID(1, 7) + "\"}");
    assertThat(allLogs()).isEqualTo(before);
    assertThat(db.number("SELECT records_left FROM archive.jobs")).isEqualTo(3);
    assertLedgerIsRight("logs");
  }

  @Test
  void aRowWithTheKeyOfAnArchivedOneStaysAndBothAreKept() {
    run("logs");
    db.execute(logAt(ODD, "2020-01-05T12:00:00Z", "odd again"));
    db.execute(logAt(new UUID(2, 1), "2020-01-06T12:00:00Z", "another"));

    assertThat(run("logs").deleted()).isEqualTo(1);

    assertThat(left()).containsExactly("refused " + ODD_KEY);
    assertThat(message()).contains("duplicate key value violates unique constraint");
    assertThat(column("SELECT message_preview FROM scenario_logs")).containsExactly("odd again");
    assertThat(column("SELECT message_preview FROM scenario_logs_archive WHERE id = ?", ODD))
        .containsExactly("odd");
  }

  @Test
  void samplesThatCannotBeAddedUpStay() {
    db.execute(
        "ALTER TABLE public.scenario_metrics_archive ADD CONSTRAINT small CHECK (value_max < 100)",
        sampleAt("2020-01-01T01:00:00Z", "1"),
        sampleAt("2020-01-01T02:00:00Z", "1000"),
        sampleAt("2020-01-02T02:00:00Z", "2"));

    assertThat(run("metrics").deleted()).isEqualTo(2);

    assertThat(column("SELECT value FROM scenario_metrics")).containsExactly("1000.000000");
    assertThat(db.rows("SELECT value_sum, sample_count FROM scenario_metrics_archive ORDER BY 1"))
        .containsExactly(List.of("1.000000", "1"), List.of("2.000000", "1"));
    assertThat(column("SELECT message FROM archive.rows_left"))
        .singleElement(STRING)
        .contains("\"small\"");
    assertLedgerIsRight("metrics");
  }

  /** Who may read what a job says need not be one who may read the live table. */
  @Test
  void whatAJobSaysHasNoValueOfARow() {
    db.execute(
        "ALTER TABLE public.scenario_logs_archive ADD CHECK (message_preview::integer > 0)",
        "UPDATE public.scenario_logs SET message_preview = CASE WHEN id = '%s' THEN 'IBAN DE89' ELSE '1' END"
            .formatted(ODD));

    assertThat(plan("logs").get("warnings").toString())
        .contains("SQLSTATE 22P02")
        .doesNotContain("IBAN");

    assertThat(run("logs").deleted()).isEqualTo(9);

    assertThat(column("SELECT message FROM archive.rows_left"))
        .containsExactly("invalid text representation (SQLSTATE 22P02)");
    assertThat(message())
        .isEqualTo("1 rows stay that are old enough: invalid text representation (SQLSTATE 22P02)");
    assertThat(column("SELECT left_in.*::text FROM archive.audit AS left_in"))
        .isNotEmpty()
        .noneMatch(entry -> entry.contains("IBAN") || entry.contains(ODD.toString()));
  }

  /** The plan has no look at that: it asks for no key. */
  @Test
  void aKeyThatIsTooLargeForAnIndexIsOneRows() {
    String large =
        IntStream.range(0, 120)
            .mapToObj(i -> "md5(message_preview || '" + i + "')")
            .collect(joining(" || "));
    db.execute(
        "CREATE INDEX ON public.scenario_logs_archive"
            + " ((CASE WHEN message_preview = 'odd' THEN "
            + large
            + " ELSE '' END))");

    assertThat(run("logs").deleted()).isEqualTo(9);

    assertThat(left()).containsExactly("refused " + ODD_KEY);
    assertThat(column("SELECT sqlstate FROM archive.rows_left")).containsExactly("54000");
  }

  /** However many there are: the first are named, all are counted, and the others go. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void moreThanAThousandRefusedRowsKeepNoOthers(boolean byBlocks) throws SQLException {
    if (byBlocks) {
      withoutIndex();
    }
    db.execute(
        """
        INSERT INTO public.scenario_logs
        SELECT gen_random_uuid(), gen_random_uuid(), timestamptz '2019-02-01Z' + g * interval '1 s', 'h', 'p', 'api', 1,
          false, CASE WHEN g <= 1100 THEN 10 ELSE 1 END, 1
        FROM generate_series(1, 1600) g
        """,
        "ALTER TABLE public.scenario_logs_archive ADD CONSTRAINT few CHECK (token_count < 9)");
    batchRows("logs", 5000);
    List<String> before = allLogs();

    assertThat(run("logs").deleted()).isEqualTo(510);

    assertThat(allLogs()).isEqualTo(before);
    assertThat(db.number("SELECT count(*) FROM scenario_logs WHERE token_count = 10"))
        .isEqualTo(1100);
    assertThat(db.number("SELECT count(*) FROM archive.rows_left")).isEqualTo(1000);
    assertThat(db.number("SELECT records_left FROM archive.jobs")).isEqualTo(1100);
    assertThat(db.value("SELECT status FROM archive.jobs")).isEqualTo("completed");
    assertLedgerIsRight("logs");
  }

  /** A table without a key names its rows by place and time. */
  @Test
  void aRowWithoutAKeyIsNamedByItsPlace() {
    db.execute(
        "CREATE TABLE public.plain (at timestamptz NOT NULL, a integer)",
        "INSERT INTO public.plain SELECT timestamptz '2020-01-01Z' + g * interval '1 day', g FROM generate_series(0, 9) g");
    movePolicy("plain", "plain", "plain_archive", "at");
    db.execute("ALTER TABLE public.plain_archive ADD CHECK (a <> 4)");

    assertThat(run("plain").deleted()).isEqualTo(9);

    assertThat(left())
        .containsExactly("refused {\"place\":\"(0,5)\",\"at\":\"2020-01-05T00:00:00+00:00\"}");
  }
}
