package dev.archivist.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.document.AuditChain;
import dev.archivist.document.AuditEntry;
import dev.archivist.run.PurgeRun;
import dev.archivist.run.StopSignal;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.migrated();
    // What the preset left, so that each test's own entries are the first.
    db.execute(
        "ALTER TABLE archive.audit DISABLE TRIGGER append_only",
        "TRUNCATE archive.audit",
        "UPDATE archive.audit_tail SET seq = 0, hash = decode(repeat('00', 32), 'hex')",
        "ALTER TABLE archive.audit ENABLE TRIGGER append_only");
  }

  @AfterEach
  void dropDatabase() {
    db.close();
  }

  private void hold(String reason) {
    db.execute("SELECT archive.hold('logs', reason => '" + reason + "')");
  }

  private AuditChain verified() {
    return new AuditTrail(db.archive()).verify();
  }

  private List<String> actions() {
    return new AuditTrail(db.archive()).newest(100).stream().map(AuditEntry::what).toList();
  }

  @Test
  void tellsWhoDidWhat() throws Exception {
    LiveData.logs(db, 30);
    LiveData.makeMonths(db, "logs", "scenario_logs", "received_at");
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      session.runBatch();
      session.finish("completed", null);
    }
    db.execute("SELECT archive.request('metrics')");
    hold("a letter");
    db.execute("SELECT archive.release_hold(hold_id) FROM archive.holds");
    db.execute("UPDATE archive.policies SET batch_rows = 7 WHERE name = 'logs'");
    db.execute("UPDATE archive.policies SET batch_rows = 7 WHERE name = 'logs'");

    assertThat(actions())
        .containsExactly(
            "run began",
            "run completed",
            "run requested",
            "hold made",
            "hold released",
            "policy changed");
    List<AuditEntry> entries = new AuditTrail(db.archive()).newest(100);
    assertThat(entries).allSatisfy(entry -> assertThat(entry.who()).isEqualTo("postgres"));
    assertThat(entries.get(0).application()).isEqualTo("archivist job logs");
    assertThat(entries).extracting(AuditEntry::policy).contains("logs", "metrics");
    assertThat(JSON.readTree(entries.get(1).details().json()).path("records_archived").asLong())
        .isEqualTo(db.number("SELECT count(*) FROM scenario_logs_archive"))
        .isPositive();
    assertThat(JSON.readTree(entries.get(3).details().json()).path("reason").asText())
        .isEqualTo("a letter");
    assertThat(JSON.readTree(entries.get(5).details().json()).path("changed").toString())
        .isEqualTo("{\"version\":[1,2],\"batch_rows\":[10000,7]}");
    assertThat(verified().ok()).isTrue();
    assertThat(verified().entries()).isEqualTo(6);
  }

  @Test
  void whatIsRolledBackLeavesNothing() throws Exception {
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT archive.hold('logs', reason => 'no')");
      connection.rollback();
    }
    hold("yes");

    assertThat(actions()).containsExactly("hold made");
    assertThat(db.number("SELECT count(*) FROM archive.audit_inbox")).isZero();
    assertThat(verified().ok()).isTrue();
  }

  @Test
  void entriesMadeAtOnceAreOneChain() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      String reason = "reason " + i;
      all.add(threads.submit(() -> hold(reason)));
    }
    for (Future<?> each : all) {
      each.get();
    }
    threads.shutdown();

    assertThat(verified().ok()).isTrue();
    assertThat(verified().entries()).isEqualTo(80);
    assertThat(db.number("SELECT count(DISTINCT details ->> 'reason') FROM archive.audit"))
        .isEqualTo(80);
  }

  @Test
  void aLongTransactionDoesNotKeepOthersFromTheTrail() throws Exception {
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT archive.hold('logs', reason => 'first begun')");
      db.execute("SELECT archive.hold('metrics', reason => 'first committed')");
      connection.commit();
    }

    assertThat(db.rows("SELECT details ->> 'reason' FROM archive.audit ORDER BY seq").toString())
        .isEqualTo("[[first committed], [first begun]]");
    assertThat(verified().ok()).isTrue();
  }

  @Test
  void aTransactionThatCannotSeeTheNewestEntryFailsInsteadOfForkingTheChain() throws Exception {
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      statement.execute("SELECT 1");
      hold("meanwhile");
      statement.execute("SELECT archive.hold('metrics', reason => 'too late')");

      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
    }
    assertThat(verified().entries()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive_owner", "archive_operator", "archive_reader"})
  void noRoleOfOursCanRewriteIt(String role) throws Exception {
    hold("one");
    for (String attempt :
        List.of(
            "UPDATE archive.audit SET details = '{}'",
            "DELETE FROM archive.audit",
            "TRUNCATE archive.audit",
            "INSERT INTO archive.audit SELECT * FROM archive.audit",
            "UPDATE archive.audit_tail SET seq = 0",
            "INSERT INTO archive.audit_inbox (action, details) VALUES ('run completed', '{}')",
            "ALTER TABLE archive.audit DISABLE TRIGGER append_only",
            "ALTER TABLE archive.audit OWNER TO " + role,
            "DROP TABLE archive.audit",
            "DROP TRIGGER audit ON archive.audit_inbox",
            "CREATE OR REPLACE FUNCTION archive.audit_chain() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
            "TRUNCATE archive.holds",
            "TRUNCATE archive.policies CASCADE",
            "ALTER TABLE archive.holds DISABLE TRIGGER audit",
            "ALTER TABLE archive.policies DISABLE TRIGGER ALL",
            "ALTER TABLE archive.bin DISABLE TRIGGER audit",
            "ALTER TABLE archive.bin_tables DISABLE TRIGGER audit",
            "ALTER TABLE public.archive_jobs DISABLE TRIGGER audit_status",
            "DROP TRIGGER audit ON archive.holds",
            // to_jsonb would call a cast of the type with the rights of archive_auditor
            "ALTER TABLE archive.holds ADD COLUMN c int",
            "ALTER TABLE public.archive_jobs ADD COLUMN c int",
            "SET ROLE archive_auditor")) {
      try (Connection connection = db.connect();
          Statement statement = connection.createStatement()) {
        // not SET ROLE: a superuser that set it may still set any other
        statement.execute("SET SESSION AUTHORIZATION " + role);
        assertThatThrownBy(() -> statement.execute(attempt))
            .as(attempt)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isIn("42501", "42704"));
      }
    }
    assertThat(verified().ok()).isTrue();
  }

  @Test
  void whatTheOwnerChangesIsTold() {
    db.execute(
        "SET SESSION AUTHORIZATION archive_owner",
        "UPDATE archive.policies SET batch_rows = 7 WHERE name = 'logs'",
        "INSERT INTO archive.holds (policy, reason) VALUES ('logs', 'a letter')",
        "DELETE FROM archive.holds",
        "RESET SESSION AUTHORIZATION");
    assertThat(actions()).containsExactly("policy changed", "hold made", "hold deleted");
  }

  @Test
  void aPurgeIsToldWithItsTablesAndTheirRows() throws Exception {
    LiveData.logs(db, 300);
    LiveData.makeMonths(db, "logs", "scenario_logs", "received_at");
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.begin();
      while (!session.runBatch().done()) {
        // until all is archived
      }
      session.finish("completed", null);
    }
    db.execute("UPDATE archive.policies SET keep_for = interval '30 months' WHERE name = 'logs'");
    assertThat(new PurgeRun(db.database(), db.settings(), new StopSignal()).purge("logs").failure())
        .isEmpty();
    String table = db.value("SELECT table_name FROM archive.bin_tables ORDER BY 1 LIMIT 1");
    long rows = db.number("SELECT rows FROM archive.bin_tables WHERE table_name = '" + table + "'");

    AuditEntry made =
        told("bin table made", "/table_name", table).orElseThrow(() -> new AssertionError(table));
    assertThat(made.policy()).isEqualTo("logs");
    assertThat(JSON.readTree(made.details().json()).path("rows").asLong()).isEqualTo(rows);
    assertThat(told("bin binned", "/tables/" + table, Long.toString(rows))).isPresent();
  }

  @Test
  void aDigestInTheBinThatIsChangedIsTold() throws Exception {
    db.execute(
        "INSERT INTO archive.bin (bin_id, policy, month, state) VALUES (gen_random_uuid(), 'logs', '2020-01-01', 'detaching')",
        "INSERT INTO archive.bin_tables SELECT bin_id, 0, 'a_table', 'a_partition', 5, 1, 5, NULL, NULL, 7, 7, '{}' FROM archive.bin",
        "UPDATE archive.bin_tables SET digest_a = 8");

    assertThat(actions()).containsExactly("bin detaching", "bin table made", "bin table changed");
    AuditEntry changed = new AuditTrail(db.archive()).newest(1).get(0);
    assertThat(changed.who()).isEqualTo("postgres");
    assertThat(changed.policy()).isEqualTo("logs");
    JsonNode details = JSON.readTree(changed.details().json());
    assertThat(details.path("changed").toString()).isEqualTo("{\"digest_a\":[7,8]}");
    assertThat(details.path("table_name").asText()).isEqualTo("a_table");
  }

  /** The entry of this name whose details say so. */
  private Optional<AuditEntry> told(String what, String where, String value) throws Exception {
    for (AuditEntry entry : new AuditTrail(db.archive()).newest(1000)) {
      if (entry.what().equals(what)
          && JSON.readTree(entry.details().json()).at(where).asText().equals(value)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  @Test
  void aNullThatRowsAreMatchedByIsTold() throws Exception {
    db.execute(
        "SELECT archive.hold('logs', matching => '{\"message_preview\": null}', reason => 'a letter')");
    JsonNode details =
        JSON.readTree(new AuditTrail(db.archive()).newest(1).get(0).details().json());
    assertThat(details.path("matching").toString()).isEqualTo("{\"message_preview\":null}");
    assertThat(details.has("until")).isFalse();
  }

  @Test
  void notEvenItsOwnerChangesItInPassing() throws Exception {
    hold("one");
    assertThatThrownBy(() -> db.execute("UPDATE archive.audit SET action = 'nothing'"))
        .hasMessageContaining("append-only");
    assertThatThrownBy(() -> db.execute("TRUNCATE archive.audit"))
        .hasMessageContaining("append-only");
  }

  /** As a superuser who knows how. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "UPDATE archive.audit SET details = details || '{\"reason\": \"other\"}' WHERE seq = 3 ; 3",
        "UPDATE archive.audit SET who = 'nobody' WHERE seq = 1 ; 1",
        "UPDATE archive.audit SET at = at + interval '1 microsecond' WHERE seq = 5 ; 5",
        "UPDATE archive.audit SET policy = NULL WHERE seq = 5 ; 5",
        "DELETE FROM archive.audit WHERE seq = 3 ; 4",
        "DELETE FROM archive.audit WHERE seq = 1 ; 2",
        "DELETE FROM archive.audit WHERE seq = 5 ; 5",
        "DELETE FROM archive.audit ; 1",
        "DELETE FROM archive.audit_tail ; 6",
        "INSERT INTO archive.audit SELECT 6, at, who, role, application, action, policy, details, hash, hash FROM archive.audit WHERE seq = 5 ; 6",
        "UPDATE archive.audit a SET details = '{}', hash = archive.audit_hash(ROW(a.seq, a.at, a.who, a.role, a.application, a.action, a.policy, '{}', a.previous, NULL)::archive.audit) WHERE seq = 2 ; 3",
      })
  void whoeverTampersIsFoundOut(String tampering, long brokenAt) throws Exception {
    for (int i = 1; i <= 5; i++) {
      hold("reason " + i);
    }
    assertThat(verified().ok()).isTrue();

    db.execute("SET session_replication_role = replica", tampering);

    assertThat(verified().ok()).as("%s", verified()).isFalse();
    assertThat(verified().brokenAt()).as("%s", verified()).isEqualTo(brokenAt);
  }
}
