package dev.archivist.indatabase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.contract.Login;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.Eventually;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.NeedsPlJava;
import dev.archivist.testing.PlJavaCluster;
import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nights without a runner: pg_cron calls {@code archive.run}. Its shortest interval is a minute.
 */
@NeedsPlJava
class PgCronTest {
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  @TempDir Path home;

  @Test
  void aJobThatPgCronStartsIsLikeAnyOther() throws SQLException {
    TestCluster cluster = PlJavaCluster.withCron("nights").orElse(null);
    Assumptions.assumeTrue(cluster != null, "pg_cron is not installed");
    try (TestDatabase db = TestDatabase.named(cluster, "nights");
        Login login = new Login(db, "archive_operator")) {
      assertThat(Archivist.on(db, home).run("migrate").out()).contains("engine: in-database");
      LiveData.logs(db, 900);
      db.execute("CREATE EXTENSION pg_cron", "GRANT USAGE ON SCHEMA cron TO " + login.name());
      try (Connection operator = SqlApiContract.connect(login.url())) {
        SqlApiContract.execute(
            operator,
            "SELECT cron.schedule('archive logs', '* * * * *', 'CALL archive.run(''logs'')')");
      }

      Eventually.assertThatSoon(
          TWO_MINUTES,
          () ->
              assertThat(
                      db.rows("SELECT status FROM cron.job_run_details WHERE end_time IS NOT NULL"))
                  .isNotEmpty());

      assertThat(db.rows("SELECT status FROM cron.job_run_details").get(0))
          .as(db.rows("SELECT return_message FROM cron.job_run_details").toString())
          .isEqualTo(List.of("succeeded"));
      assertThat(
              db.rows(
                      "SELECT job_type, status, host, records_archived, requested_by FROM archive_jobs"
                          + " ORDER BY created_at")
                  .get(0))
          .isEqualTo(List.of("logs", "completed", "in-database", "601", login.name()));
      assertThat(db.archive().jobs(10)).first().extracting("policy").isEqualTo("logs");
      assertThat(Archivist.on(db, home).run("status").out()).contains("logs").contains("completed");
      db.execute("DELETE FROM cron.job", "DROP EXTENSION pg_cron");
    }
  }
}
