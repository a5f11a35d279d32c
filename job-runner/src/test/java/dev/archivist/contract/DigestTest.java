package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
