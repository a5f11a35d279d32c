package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.Archive;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recipe "add a policy kind" is short and true: one class, one function, and it works. */
class AddedKindTest {
  private TestDatabase db;

  @BeforeEach
  void addAKind() {
    db = TestDatabase.migrated();
    db.execute(
        """
        CREATE FUNCTION archive.check_whole_units_settings(policy archive.policies) RETURNS text
        LANGUAGE sql AS $$
          SELECT CASE WHEN policy.settings ->> 'unit' IN ('day', 'month', 'year') THEN NULL
            ELSE 'unit is day, month or year' END
        $$
        """,
        """
        CREATE FUNCTION archive.whole_units_matching_columns(policy archive.policies) RETURNS text[]
        LANGUAGE sql AS $$ SELECT ARRAY['scenario_id'] $$
        """,
        """
        CREATE FUNCTION archive.whole_units_view_comment(policy archive.policies, table_name text) RETURNS text
        LANGUAGE sql AS $$ SELECT format('%I by %s', table_name, policy.settings ->> 'unit') $$
        """,
        "DELETE FROM archive.policies WHERE name = 'logs'",
        "INSERT INTO archive.policies (name, kind, time_column, archive_after, settings)"
            + " VALUES ('logs', 'whole_units', 'received_at', '1 year', '{\"unit\": \"month\"}')",
        PolicySql.table("logs", "scenario_logs", "scenario_logs_archive"));
    LiveData.logs(db, 300);
  }

  @AfterEach
  void drop() {
    db.close();
  }

  @Test
  void itIsPlannedRunVerifiedAndRestored() {
    Archive archive = db.archive();
    List<List<String>> before = db.rows("SELECT * FROM scenario_logs ORDER BY id");
    String content = archive.content("logs");
    assertThat(archive.plan("logs").toString()).contains("only whole units go: month");

    try (JobSession session = JobSession.open(db.database(), "logs")) {
      assertThat(session.begin().cutoff().getDayOfMonth()).isOne();
      EngineContract.batches(session);
      session.finish("completed", null);
    }

    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isPositive();
    assertThat(
            db.number(
                "SELECT count(DISTINCT date_trunc('month', received_at, 'UTC')) FROM scenario_logs"
                    + " WHERE received_at < date_trunc('month', now() - interval '1 year', 'UTC')"))
        .isZero();
    assertThat(archive.verify("logs").ok()).isTrue();
    assertThat(archive.content("logs")).isEqualTo(content).startsWith("300 rows");
    try (JobSession session = JobSession.open(db.database(), "logs")) {
      session.beginRestore("{\"from\": \"2000-01-01\", \"to\": \"2100-01-01\"}");
      EngineContract.restoreBatches(session);
      session.finish("completed", null);
    }
    assertThat(db.rows("SELECT * FROM scenario_logs ORDER BY id")).isEqualTo(before);
    db.execute("SELECT archive.make_unified_views('logs')");
    assertThat(db.number("SELECT count(*) FROM v_scenario_logs_all")).isEqualTo(300);
    assertThat(db.value("SELECT obj_description('v_scenario_logs_all'::regclass)"))
        .isEqualTo("scenario_logs by month");
  }

  @Test
  void itsOwnFunctionSaysWhatRowsAreMatchedBy() {
    assertThat(db.value("SELECT archive.matching('logs', '{\"scenario_id\": null}')"))
        .isEqualTo("{\"scenario_id\": null}");
    assertThatThrownBy(() -> db.value("SELECT archive.matching('logs', '{\"id\": null}')"))
        .hasMessageContaining("cannot be matched by \"id\"")
        .hasMessageContaining("takes only these: scenario_id");
  }

  @Test
  void itsOwnFunctionChecksItsSettings() {
    assertThatThrownBy(
            () ->
                db.execute(
                    "UPDATE archive.policies SET settings = '{\"unit\": \"hour\"}' WHERE name = 'logs'"))
        .hasMessageContaining("unit is day, month or year");
  }
}
