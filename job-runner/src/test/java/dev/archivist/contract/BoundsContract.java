package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.engine.job.BatchResult;
import dev.archivist.engine.restore.RestoreResult;
import dev.archivist.testing.JobSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No transaction is without a bound, and a job that is completed has left nothing. */
abstract class BoundsContract extends EngineContract {
  @BeforeEach
  void makeATableOfOurOwn() {
    clock("2026-03-05T12:00:00Z");
    db.execute(
        "CREATE TABLE public.notes (id bigint PRIMARY KEY, at timestamptz NOT NULL, words text)");
    movePolicy("notes", "notes", "notes_archive", "at");
    batchRows("notes", 1000);
  }

  private void fill(int rows, String step) {
    db.execute(
        "INSERT INTO public.notes SELECT g, timestamptz '1900-01-01Z' + g * interval '%s', 'note ' || g FROM generate_series(0, %d) g"
            .formatted(step, rows - 1));
  }

  private List<String> all() {
    return content("id, at, words", "public.notes", "public.notes_archive");
  }

  /** Random bytes, which are stored as they are. */
  private void large(int rows, int bytes) {
    db.execute(
        """
        INSERT INTO public.notes
        SELECT g, timestamptz '2020-01-01Z' + g * interval '1 hour',
          (SELECT string_agg(md5((g * 100000 + n)::text), '') FROM generate_series(1, %d / 32) n)
        FROM generate_series(1, %d) g
        """
            .formatted(bytes, rows));
    makeMonths("notes", "notes", "at");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBatchHasNoMoreBytesThanThePolicySays(boolean index) {
    if (index) {
      db.execute("CREATE INDEX ON public.notes (at)");
    }
    db.execute(
        "ALTER TABLE public.notes ALTER words SET STORAGE EXTERNAL",
        "UPDATE archive.policies SET batch_bytes = 300000 WHERE name = 'notes'");
    large(10, 100_000);
    db.execute(
        "INSERT INTO public.notes SELECT 11, '2020-01-02Z', repeat('x', 1000000)",
        "INSERT INTO public.notes SELECT g, '2020-01-03Z', 'small' FROM generate_series(12, 500) g");
    List<String> before = all();

    List<BatchResult> batches = batches("notes");

    assertThat(batches).extracting(BatchResult::deleted).startsWith(3L, 3L, 3L).contains(489L);
    assertThat(batches.stream().mapToLong(BatchResult::deleted).sum()).isEqualTo(500);
    assertThat(all()).isEqualTo(before);
    assertLedgerIsRight("notes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"into\": \"copy\""})
  void aBatchOfARestoreHasNoMoreBytesThanThePolicySays(String into) {
    db.execute(
        "ALTER TABLE public.notes_archive ALTER words SET STORAGE EXTERNAL",
        "ALTER TABLE public.notes ALTER words SET STORAGE EXTERNAL",
        "ALTER TABLE public.notes_archive ADD PRIMARY KEY (id, at)",
        "GRANT INSERT ON public.notes TO archive_owner");
    large(10, 100_000);
    db.execute(
        "INSERT INTO public.notes SELECT g, '2020-01-01 02:00Z', 'small' FROM generate_series(11, 500) g");
    run("notes");
    List<String> before = all();
    db.execute("UPDATE archive.policies SET batch_bytes = 300000 WHERE name = 'notes'");

    List<RestoreResult> batches;
    try (JobSession session = JobSession.open(db.database(), "notes")) {
      session.beginRestore("{\"from\": \"2020-01-01\", \"to\": \"2020-02-01\"" + into + "}");
      batches = restoreBatches(session);
    }

    assertThat(batches).hasSizeBetween(4, 6);
    assertThat(batches).allSatisfy(batch -> assertThat(batch.bytes()).isLessThanOrEqualTo(350_000));
    assertThat(sumOfRestore(batches).restored()).isEqualTo(500);
    assertThat(into.isEmpty() ? all() : content("id, at, words", "public.copy")).isEqualTo(before);
    assertLedgerIsRight("notes");
  }

  /** A family's batch is bounded by the bytes of all its rows. */
  @Test
  void aRowsDescendantsCount() {
    db.execute(
        "CREATE TABLE public.lines (note bigint NOT NULL REFERENCES public.notes, words text)",
        "ALTER TABLE public.lines ALTER words SET STORAGE EXTERNAL",
        "CREATE INDEX ON public.lines (note)",
        "CREATE TABLE public.lines_archive (LIKE public.lines, archived_root_time timestamptz NOT NULL,"
            + " archived_at timestamptz NOT NULL, archive_batch_id uuid) PARTITION BY RANGE (archived_root_time)",
        "ALTER TABLE public.lines_archive OWNER TO archive_owner",
        "GRANT SELECT, DELETE, UPDATE ON public.notes, public.lines TO archive_owner",
        """
        INSERT INTO archive.policy_tables (policy, position, source_schema, source_table, archive_schema, archive_table,
          parent_position, parent_columns, own_columns)
        VALUES ('notes', 1, 'public', 'lines', 'public', 'lines_archive', 0, '{id}', '{note}')
        """,
        "UPDATE archive.policies SET batch_bytes = 300000 WHERE name = 'notes'");
    large(10, 32);
    db.execute(
        "INSERT INTO public.lines SELECT id, repeat('x', 50000) FROM public.notes, generate_series(1, 2)");
    List<String> before = content("note, words", "public.lines", "public.lines_archive");

    List<BatchResult> batches = batches("notes");

    assertThat(batches).extracting(BatchResult::deleted).startsWith(9L, 9L, 9L, 3L);
    assertThat(content("note, words", "public.lines", "public.lines_archive")).isEqualTo(before);
    assertThat(db.number("SELECT count(*) FROM public.notes")).isZero();
    assertLedgerIsRight("notes");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTransactionMakesAndFillsAtMostFiftyMonths(boolean index) {
    if (index) {
      db.execute("CREATE INDEX ON public.notes (at)");
    }
    fill(240, "20 days");
    List<String> before = all();
    int made = 0;
    try (JobSession session = JobSession.open(db.database(), "notes")) {
      session.begin();
      BatchResult batch;
      do {
        batch = session.runBatch();
        int now =
            (int)
                db.number(
                    "SELECT count(*) FROM pg_inherits WHERE inhparent = 'public.notes_archive'::regclass");
        assertThat(now - made).isBetween(0, 50);
        made = now;
        assertThat(
                db.number(
                    "SELECT coalesce(max(months), 0) FROM (SELECT count(*) AS months FROM archive.batches"
                        + " WHERE policy = 'notes' GROUP BY batch_id) b"))
            .isLessThanOrEqualTo(50);
      } while (!batch.done());
      session.finish("completed", null);
    }
    assertThat(made).isGreaterThan(150);
    assertThat(db.number("SELECT count(*) FROM public.notes")).isZero();
    assertThat(all()).isEqualTo(before);
    assertLedgerIsRight("notes");
  }

  @Test
  void monthsAndTheirIndexesGoWhereTheArchiveIs() throws SQLException {
    try (Connection session = db.connect();
        Statement statement = session.createStatement()) {
      statement.execute("SET allow_in_place_tablespaces = on");
      for (String name : List.of("slow Disk", "fast", "elsewhere")) {
        statement.execute("CREATE TABLESPACE \"%s\" LOCATION ''".formatted(name));
      }
      try {
        db.execute(
            "ALTER DATABASE " + db.name() + " SET default_tablespace = elsewhere",
            "ALTER TABLE public.notes_archive SET TABLESPACE \"slow Disk\"",
            "CREATE INDEX first ON public.notes_archive (id)",
            "CREATE INDEX second ON public.notes_archive (at) TABLESPACE fast");
        fill(3, "1 hour");
        assertThat(plan("notes").get("refusals").toString())
            .contains("may not create tables in tablespace")
            .contains("GRANT CREATE ON TABLESPACE \\\"slow Disk\\\" TO archive_engine;")
            .contains("GRANT CREATE ON TABLESPACE fast TO archive_engine;");
        db.execute(
            "GRANT CREATE ON TABLESPACE \"slow Disk\" TO archive_engine",
            "GRANT CREATE ON TABLESPACE fast TO archive_engine");

        run("notes");

        assertThat(
                db.rows(
                    """
                    SELECT c.relname, t.spcname
                    FROM pg_class c LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
                    WHERE c.relname LIKE 'notes_archive_1900%' ORDER BY 1
                    """))
            .containsExactly(
                List.of("notes_archive_1900_01", "slow Disk"),
                List.of("notes_archive_1900_01_at_idx", "fast"),
                List.of("notes_archive_1900_01_id_idx", "slow Disk"));
      } finally {
        db.execute("DROP TABLE IF EXISTS public.notes_archive CASCADE");
        for (String name : List.of("slow Disk", "fast", "elsewhere")) {
          statement.execute("DROP TABLESPACE \"%s\"".formatted(name));
        }
      }
    }
  }

  /** Rows that another command puts where the scan has been are found all the same. */
  @ParameterizedTest
  @ValueSource(strings = {"VACUUM FULL public.notes", "CLUSTER public.notes USING notes_pkey"})
  void aTableThatIsRewrittenMeanwhileLeavesNothing(String rewrite) {
    fill(2000, "1 hour");
    db.execute("DELETE FROM public.notes WHERE id < 700");
    makeMonths("notes", "notes", "at");
    batchRows("notes", 50);
    List<String> before = all();
    try (JobSession session = JobSession.open(db.database(), "notes")) {
      session.begin();
      session.runBatch();
      session.runBatch();
      db.execute(rewrite);
      batches(session);
      session.finish("completed", null);
    }
    assertThat(db.number("SELECT count(*) FROM public.notes")).isZero();
    assertThat(all()).isEqualTo(before);
    assertThat(db.number("SELECT records_left FROM archive.jobs")).isZero();
    assertLedgerIsRight("notes");
  }
}
