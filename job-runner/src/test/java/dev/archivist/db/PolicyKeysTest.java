package dev.archivist.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.engine.error.ArchiveError;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy's name and its tables' positions are keys: what refers to them never hangs loose. */
class PolicyKeysTest {
  private static final String LEDGER =
      "INSERT INTO archive.ledger VALUES ('orders', %d, '2024-01-01', %d, 1, 1, 'epoch', 'epoch', 0, 0, now())";
  private static final String JOURNAL =
      "INSERT INTO archive.batches VALUES (gen_random_uuid(), 'orders', %d, '2024-01-01', gen_random_uuid(),"
          + " gen_random_uuid(), now(), 0, 0, 0, 0, 'epoch', 'epoch', 0, 0)";
  private static final String BIN =
      "WITH b AS (INSERT INTO archive.bin (bin_id, policy, month, state) VALUES (gen_random_uuid(), 'orders',"
          + " '2024-01-01', 'detaching') RETURNING bin_id) INSERT INTO archive.bin_tables"
          + " SELECT bin_id, %d, 't', 'p', 1, 1, 1, NULL, NULL, 0, 0, '{}' FROM b";
  private static final String HOLD =
      "INSERT INTO archive.holds (policy, position, reason) VALUES ('orders', %d, 'a case')";
  private static final String RENAME =
      "UPDATE archive.policies SET name = 'purchases' WHERE name = 'orders'";
  private static final String DELETE = "DELETE FROM archive.policies WHERE name = 'orders'";

  private TestDatabase db;

  /** A root with two children; the tables themselves are not needed. */
  @BeforeEach
  void declare() {
    db = TestDatabase.migrated();
    db.execute(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after) VALUES ('orders', 'move', 'at', '1 year')",
        PolicySql.table("orders", "orders", "orders_archive"),
        child(1),
        child(2));
  }

  @AfterEach
  void drop() {
    db.close();
  }

  private static String child(int position) {
    return "INSERT INTO archive.policy_tables VALUES ('orders', %1$d, 'public', 'child_%1$d', 'public', 'child_%1$d_archive', 0, '{id}', '{order_id}')"
        .formatted(position);
  }

  private void assertRefused(String sql, ArchiveError error, String message) {
    List<List<String>> before = tables();
    assertThatThrownBy(() -> db.execute(sql))
        .hasMessageContaining(message)
        .rootCause()
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(error.sqlState()));
    assertThat(tables()).isEqualTo(before);
  }

  private List<List<String>> tables() {
    return db.rows(
        "SELECT policy, position, source_table FROM archive.policy_tables ORDER BY 1, 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {LEDGER, JOURNAL, BIN, HOLD})
  void aTableWithEntriesKeepsItsPosition(String entry) {
    db.execute(entry.equals(LEDGER) ? entry.formatted(2, 0) : entry.formatted(2));

    for (String change :
        List.of(
            "DELETE FROM archive.policy_tables WHERE policy = 'orders' AND position = 2",
            "UPDATE archive.policy_tables SET position = 3 WHERE policy = 'orders' AND position = 2",
            "UPDATE archive.policy_tables SET policy = 'logs' WHERE policy = 'orders' AND position = 2")) {
      assertRefused(
          change,
          ArchiveError.POLICY_REFUSED,
          "public.child_2 stays number 2 of policy \"orders\"");
    }
    db.execute(child(3), "UPDATE archive.policy_tables SET source_table = 'x' WHERE position = 2");
  }

  @Test
  void positionsHaveNoGaps() {
    String message = "its tables are not numbered from 0 without gaps";

    assertRefused(child(4), ArchiveError.POLICY_INVALID, message);
    assertRefused(
        "DELETE FROM archive.policy_tables WHERE policy = 'orders' AND position = 1",
        ArchiveError.POLICY_INVALID,
        message);
    db.execute(
        "BEGIN; DELETE FROM archive.policy_tables WHERE policy = 'orders' AND position = 1;"
            + " UPDATE archive.policy_tables SET position = 1 WHERE policy = 'orders' AND position = 2;"
            + " COMMIT");
    assertThat(tables())
        .contains(List.of("orders", "1", "child_2"))
        .doesNotContain(List.of("orders", "2", "child_2"));
  }

  @Test
  void aHoldIsOfATableThatIsThere() {
    assertThatThrownBy(() -> db.execute(HOLD.formatted(3))).hasMessageContaining("foreign key");
    db.execute(
        "INSERT INTO archive.policies (name, kind, time_column, archive_after) VALUES ('bare', 'move', 'at', '1 year')");
    assertRefused(
        "SELECT archive.hold('bare', reason => 'a case')",
        ArchiveError.POLICY_INVALID,
        "it has no table");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LEDGER,
        JOURNAL,
        BIN,
        "INSERT INTO archive.stray_objects VALUES ('s3://b/k', 'orders')",
        "INSERT INTO archive.expiring_objects VALUES ('s3://b/k', 'orders')",
        "INSERT INTO public.archive_jobs (job_type) VALUES ('orders')",
      })
  void whatIsKeptUnderANameKeepsTheName(String entry) {
    db.execute(entry.equals(LEDGER) ? entry.formatted(0, 0) : entry.formatted(0));

    assertRefused(RENAME, ArchiveError.POLICY_REFUSED, "policy \"orders\" cannot be renamed");
  }

  @Test
  void aNewPolicyIsRenamedWithItsTablesAndHolds() {
    db.execute(HOLD.formatted(2), RENAME);

    assertThat(db.number("SELECT count(*) FROM archive.policy_tables WHERE policy = 'purchases'"))
        .isEqualTo(3);
    assertThat(db.rows("SELECT policy, position FROM archive.holds"))
        .containsExactly(List.of("purchases", "2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LEDGER,
        BIN,
        HOLD,
        "INSERT INTO archive.stray_objects VALUES ('s3://b/k', 'orders')",
        "INSERT INTO archive.expiring_objects VALUES ('s3://b/k', 'orders')",
      })
  void aPolicyWithSomethingInTheArchiveIsNotDeleted(String entry) {
    db.execute(entry.equals(LEDGER) ? entry.formatted(0, 5) : entry.formatted(0));

    assertRefused(
        DELETE, ArchiveError.POLICY_REFUSED, "policy \"orders\" cannot be deleted: it has");
  }

  @Test
  void aPolicyWhoseHistoryIsAllThatIsLeftMayGo() {
    db.execute(
        LEDGER.formatted(2, 0),
        JOURNAL.formatted(2),
        BIN.formatted(2),
        "UPDATE archive.bin SET state = 'restored', ended_at = now()",
        "INSERT INTO public.archive_jobs (job_type) VALUES ('orders')",
        "INSERT INTO archive.archived_columns (policy, position, number, name, type, digested)"
            + " VALUES ('orders', 0, 1, 'id', 'integer', true)",
        DELETE);

    assertThat(db.number("SELECT count(*) FROM archive.policy_tables WHERE policy = 'orders'"))
        .isZero();
    // another policy may come to have the name, and archive others
    assertThat(db.rows("SELECT * FROM archive.archived_columns")).isEmpty();
    assertThat(db.rows("SELECT policy FROM archive.audit WHERE action LIKE 'archived column%'"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RENAME,
        DELETE,
        "DELETE FROM archive.policy_tables WHERE policy = 'orders' AND position = 2",
        "UPDATE archive.policy_tables SET position = 3 WHERE policy = 'orders' AND position = 2"
      })
  void nothingIsRenumberedWhileAJobRuns(String change) throws SQLException {
    try (Connection job = db.connect();
        Statement statement = job.createStatement()) {
      statement.execute(
          "SELECT pg_advisory_lock(1095910216, policy_id) FROM archive.policies WHERE name = 'orders'");
      assertRefused(change, ArchiveError.POLICY_HELD, "policy \"orders\" has a running job");
    }
  }
}
