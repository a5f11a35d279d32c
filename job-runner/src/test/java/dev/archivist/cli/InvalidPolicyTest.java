package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy whose tables somebody forgot fails where it is seen, and keeps nothing else waiting. */
class InvalidPolicyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ENVIRONMENT = 3;

  @TempDir Path home;
  private TestDatabase db;
  private Archivist archivist;

  @BeforeEach
  void declare() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 50);
    archivist = Archivist.on(db, home);
    db.execute(
        // before the others
        "INSERT INTO archive.policies (policy_id, name, kind, time_column, archive_after)"
            + " OVERRIDING SYSTEM VALUE VALUES (-1, 'bad', 'move', 'at', '1 year')");
  }

  @AfterEach
  void drop() {
    db.close();
  }

  @Test
  void aRunOfAllFailsItAndRunsTheOthers() {
    Archivist.Result result = archivist.run("run", "--all");

    assertThat(result.code()).as(result.err()).isEqualTo(ENVIRONMENT);
    assertThat(result.out()).containsPattern("bad +failed").containsPattern("logs +completed");
    assertThat(result.err()).contains("policy \"bad\" is invalid").contains("ZA003");
    assertThat(db.value("SELECT status FROM archive_jobs WHERE job_type = 'bad'"))
        .isEqualTo("failed");
  }

  @Test
  void aPlanOfAllNamesItAndPlansTheOthers() throws Exception {
    Archivist.Result result = archivist.run("plan", "--all");

    assertThat(result.code()).isEqualTo(ENVIRONMENT);
    assertThat(result.err())
        .contains("bad: archivist: policy \"bad\" is invalid")
        .contains("ZA003");
    assertThat(result.out()).contains("logs: move").contains("metrics: rollup");
    JsonNode documents = JSON.readTree(archivist.run("plan", "--all", "--json").out());
    assertThat(documents.findValuesAsText("error")).hasSize(1);
    assertThat(documents.get(0).path("policy").asText()).isEqualTo("bad");
    assertThat(documents.get(0).path("error").asText()).contains("is invalid");
    assertThat(documents.get(1).path("plan").path("policy").asText()).isEqualTo("logs");
  }

  @Test
  void statusShowsItAndTheOthers() {
    Archivist.Result result = archivist.run("status");

    assertThat(result.code()).isEqualTo(ENVIRONMENT);
    assertThat(result.out())
        .containsPattern("bad +move +- +failed")
        .containsPattern("logs +move +scenario_logs +\\d")
        .contains("bad cannot run: policy \"bad\" is invalid")
        .contains("[ZA003]");
    db.execute("UPDATE archive.policies SET enabled = false WHERE name = 'bad'");
    assertThat(archivist.run("status").code()).isZero();
  }

  @Test
  void doctorNamesItAndStillComparesStoreAndDatabase() {
    Archivist.Result result = archivist.run("doctor");

    assertThat(result.code()).isEqualTo(ENVIRONMENT);
    assertThat(result.out())
        .contains("FAILED   policy bad: policy \"bad\" is invalid")
        .contains("OK       policy logs")
        .contains("OK       store and database");
    db.execute("UPDATE archive.policies SET enabled = false WHERE name = 'bad'");
    assertThat(archivist.run("doctor").out()).contains("WARNING  policy bad: it is disabled");
  }

  @Test
  void verifyPurgeAndReconcileNameItAndGoOn() {
    Archivist.Result verified = archivist.run("verify");
    assertThat(verified.code()).isEqualTo(ENVIRONMENT);
    assertThat(verified.out()).contains("bad: NOT VERIFIED").contains("logs: ledger");
    assertThat(archivist.run("purge", "--all").code()).isEqualTo(ENVIRONMENT);
    Archivist.Result reconciled = archivist.run("reconcile");
    assertThat(reconciled.code()).isEqualTo(ENVIRONMENT);
    assertThat(reconciled.err()).contains("policy \"bad\" is invalid");
    assertThat(reconciled.out()).contains("reports: reports and objects belong together");
    db.execute("UPDATE archive.policies SET enabled = false WHERE name = 'bad'");
    assertThat(archivist.run("verify").code()).isZero();
    assertThat(archivist.run("purge", "--all").code()).isZero();
  }
}
