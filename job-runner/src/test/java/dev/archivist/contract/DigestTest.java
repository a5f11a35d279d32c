package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.JobSession;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The digest knows every difference between two rows, whatever their types are. */
class DigestTest {
  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.migrated();
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  @Test
  void twoRowsThatDifferInAnyValueHaveDifferentHashes() throws SQLException {
    TypedValues.fill(db, "every");

    for (String hash : List.of("{a}", "{b}")) {
      assertThat(
              LiveDigest.select(
                  db,
                  "every",
                  "SELECT string_agg(jsonb_strip_nulls(to_jsonb(t) - 'at')::text, ' and ')"
                      + " FROM {table} GROUP BY "
                      + hash
                      + " HAVING count(*) > 1"))
          .isEmpty();
    }
  }

  @Test
  void everyTypeOfPostgresqlThatAColumnCanHaveIsLookedAt() {
    TypedValues.fill(db, "every");

    assertThat(
            db.rows(
                """
                SELECT t.typname
                FROM pg_type t
                WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'r', 'm')
                  AND t.typsubscript <> 'array_subscript_handler'::regproc
                  AND t.typname !~ '^(pg_ndistinct|pg_dependencies|pg_mcv_list|pg_node_tree|pg_brin_.*|gtsvector)$'
                  AND NOT EXISTS (
                    SELECT FROM pg_attribute a
                    WHERE a.attrelid = 'public.every'::regclass AND a.attnum > 0 AND a.atttypid = t.oid)
                """))
        .isEmpty();
  }

  /** Bytes that no client in UTF-8 could be sent. */
  @ParameterizedTest
  @ValueSource(strings = {"SQL_ASCII", "LATIN1", "EUC_JP"})
  void textOfDatabasesInOtherEncodingsIsDigestedAsItIs(String encoding) {
    try (TestDatabase other = TestDatabase.inEncoding(TestCluster.shared(), encoding)) {
      other.execute(
          "CREATE TYPE public.part AS (words text, at timestamptz)",
          "CREATE TABLE public.foreign_text (at timestamptz NOT NULL DEFAULT '2020-01-01Z', words text, list text[], part public.part)",
          "CREATE TABLE public.foreign_text_archive (LIKE public.foreign_text, archived_at timestamptz NOT NULL, archive_batch_id uuid) PARTITION BY RANGE (at)",
          "ALTER TABLE public.foreign_text_archive OWNER TO archive_owner",
          "GRANT SELECT, DELETE ON public.foreign_text TO archive_owner",
          """
          INSERT INTO public.foreign_text SELECT '2020-01-01Z', t, ARRAY[t], ROW(t, '2020-01-01Z'::timestamptz)::public.part
          FROM (VALUES (convert_from('\\xa1c0'::bytea, getdatabaseencoding())), ('a')) v (t)
          """,
          """
          INSERT INTO archive.policies (name, kind, time_column, archive_after)
          VALUES ('foreign_text', 'move', 'at', interval '1 year')
          """,
          PolicySql.table("foreign_text", "foreign_text", "foreign_text_archive"));
      try (JobSession session = JobSession.open(other.database(), "foreign_text")) {
        session.begin();
        assertThat(EngineContract.sum(EngineContract.batches(session)).deleted()).isEqualTo(2);
        session.finish("completed", null);
      }
      assertThat(other.archive().verify("foreign_text").ok()).isTrue();
    }
  }

  /** With 32 bits of real content in a hash, some ten pairs of these rows would be alike. */
  @Test
  void noTwoOfManyRowsHaveTheSameHash() throws SQLException {
    db.execute("CREATE TABLE public.many AS SELECT g FROM generate_series(1, 300000) AS g");

    assertThat(
            LiveDigest.select(
                db, "many", "SELECT count(DISTINCT {a}), count(DISTINCT {b}) FROM {table}"))
        .containsExactly(List.of("300000", "300000"));
  }
}
