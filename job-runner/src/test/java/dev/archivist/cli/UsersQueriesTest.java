package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users ask the database today, word for word, after a run. */
class UsersQueriesTest {
  /** Has logs and metrics. */
  private static final String SCENARIO = "md5('2')::uuid";

  @TempDir static Path home;

  private static TestDatabase db;

  @BeforeAll
  static void archive() {
    db = TestDatabase.empty();
    Archivist archivist = Archivist.on(db, home);
    assertThat(archivist.run("migrate", "--preset", "scenario").code()).isZero();
    LiveData.logs(db, 3000);
    LiveData.metrics(db, 3000);
    LiveData.report(db, "a.pdf", 200);
    LiveData.file(home.resolve("reports/a.pdf"), 1000, 1);
    assertThat(archivist.run("run", "--all").code()).isZero();
  }

  @AfterAll
  static void dropDatabase() {
    db.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM v_scenario_logs_all WHERE scenario_id = :sid ORDER BY received_at DESC LIMIT 1000;",
        "SELECT * FROM v_scenario_metrics_all WHERE scenario_id = :sid AND timestamp > NOW() - INTERVAL '2 years' ORDER BY timestamp;",
        "SELECT * FROM scenario_logs WHERE scenario_id = :sid ORDER BY received_at DESC;",
        "SELECT * FROM scenario_logs_archive WHERE scenario_id = :sid AND received_at < NOW() - INTERVAL '1 year' ORDER BY received_at DESC;",
        "SELECT job_type, status, started_at, completed_at, records_archived, records_deleted, pg_size_pretty(bytes_archived) as space_saved FROM archive_jobs ORDER BY started_at DESC LIMIT 10;",
        "SELECT * FROM v_archive_statistics;",
        "SELECT archive_month, archive_type, records_archived, pg_size_pretty(bytes_archived) FROM v_archive_growth ORDER BY archive_month DESC;",
        "SELECT schemaname, tablename, pg_size_pretty(pg_total_relation_size(schemaname||'.'||tablename)) as size FROM pg_tables WHERE tablename LIKE 'scenario_logs_archive_%' ORDER BY tablename;",
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE '%_archive%';",
        "EXPLAIN ANALYZE SELECT * FROM scenario_logs_archive WHERE received_at >= '2025-01-01' AND received_at < '2025-02-01';",
        "SELECT COUNT(*) FROM archive_jobs;",
      })
  void areAnsweredWithRows(String query) {
    Archivist.Result result = sql(query);

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).containsPattern("\\([1-9]\\d* rows?\\)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM scenario_logs_archive WHERE received_at >= '2025-01-01' AND received_at < '2025-02-01' AND scenario_id = :sid;",
        "SELECT * FROM archive_jobs WHERE status = 'failed' ORDER BY started_at DESC;",
        "ANALYZE scenario_logs_archive;",
        "ANALYZE scenario_metrics_archive;",
      })
  void areAnswered(String query) {
    Archivist.Result result = sql(query);

    assertThat(result.code()).as(result.err()).isZero();
  }

  private static Archivist.Result sql(String query) {
    return Archivist.on(db, home).run("sql", query.replace(":sid", SCENARIO));
  }

  @Test
  void findTheSameRowsAsBeforeTheRun() {
    assertThat(
            db.number("SELECT count(*) FROM v_scenario_logs_all WHERE scenario_id = " + SCENARIO))
        .isEqualTo(429);
    assertThat(db.number("SELECT count(DISTINCT id) FROM v_scenario_logs_all")).isEqualTo(3000);
    assertThat(db.number("SELECT sum(sample_count) FROM v_scenario_metrics_all")).isEqualTo(3000);
    assertThat(db.number("SELECT count(*) FROM v_reports_all WHERE is_archived")).isEqualTo(1);
    assertThat(db.rows("SELECT archive_type, total_records FROM v_archive_statistics").get(0))
        .hasToString("[logs, " + db.number("SELECT count(*) FROM scenario_logs_archive") + "]");
  }

  @Test
  void readOnlyThePartitionOfTheirMonth() {
    String month =
        db.value("SELECT to_char(now() - interval '500 days', 'YYYY-MM')") + "-01 00:00:00+00";
    String plan =
        db.rows(
                "EXPLAIN SELECT * FROM scenario_logs_archive WHERE received_at >= '"
                    + month
                    + "' AND received_at < timestamptz '"
                    + month
                    + "' + interval '1 month'")
            .toString();

    assertThat(plan).contains("scenario_logs_archive_" + month.substring(0, 7).replace('-', '_'));
    assertThat(plan.split("scenario_logs_archive_\\d{4}_\\d\\d ", -1)).as(plan).hasSize(2);
  }
}
