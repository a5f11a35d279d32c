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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  private TestDatabase db;
  private Archivist archivist;

  @BeforeEach
  void archive() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 50);
    archivist = Archivist.on(db, home);
    assertThat(archivist.run("run", "--logs").code()).isZero();
  }

  @AfterEach
  void drop() {
    db.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--all"})
  void aDisabledPolicyIsVerifiedWithTheOthers(String option) {
    db.execute(
        "UPDATE archive.policies SET enabled = false WHERE name = 'logs'",
        "UPDATE public.scenario_logs_archive SET source = 'another'");

    Archivist.Result result =
        option.isEmpty() ? archivist.run("verify") : archivist.run("verify", option);

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out())
        .contains("logs: DIFFERENT")
        .contains("metrics: ")
        .contains("reports: ");
  }

  /** As a superuser who knows how. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM archive.policies WHERE name = 'logs'",
        "DELETE FROM archive.policies WHERE name = 'logs'; DELETE FROM archive.ledger",
        "UPDATE archive.policies SET name = 'protocols' WHERE name = 'logs'"
      })
  void whatWasArchivedForAPolicyThatIsGoneIsADifference(String change) throws Exception {
    long rows = db.number("SELECT count(*) FROM scenario_logs_archive");
    db.execute("ALTER TABLE archive.policies DISABLE TRIGGER is_used", change);

    Archivist.Result result = archivist.run("verify");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("logs: DIFFERENT").contains("audit trail: ");
    assertThat(result.err())
        .contains("logs: archivist: " + rows + " rows in ")
        .contains("there is no such policy [ZA008]")
        .contains("HINT: If it was renamed");
    JsonNode document = JSON.readTree(archivist.run("verify", "--json").out());
    assertThat(document.path("ok").asBoolean()).isFalse();
    assertThat(document.path("policies").findValuesAsText("policy")).contains("logs");
    assertThat(archivist.run("verify", "--metrics").code()).isZero();
  }

  @Test
  void aTableThatNobodyPutIntoTheBinIsADifference() {
    db.execute("CREATE TABLE archive_bin.stray (x int)");

    Archivist.Result result = archivist.run("verify");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("archive_bin.stray: DIFFERENT");
    assertThat(result.err()).contains("no entry of archive.bin has it there [ZA008]");
    assertThat(archivist.run("verify", "--metrics").code()).isZero();
  }

  /** Nothing is left of it, so there is nothing to compare. */
  @Test
  void aPolicyWhoseRowsAreAllRestoredMayGo() {
    assertThat(
            archivist
                .run(
                    "restore",
                    "--policy",
                    "logs",
                    "--from",
                    "2000-01-01",
                    "--to",
                    "2200-01-01",
                    "--hold",
                    "0")
                .code())
        .isZero();
    assertThat(db.number("SELECT count(*) FROM archive.batches")).isPositive();
    db.execute("DELETE FROM archive.policies WHERE name = 'logs'");

    assertThat(archivist.run("verify").code()).isZero();
  }

  @Test
  void aPolicyThatFailsKeepsNothingElseFromBeingVerified() throws Exception {
    db.execute("ALTER TABLE public.scenario_logs_archive RENAME COLUMN received_at TO moved");

    Archivist.Result result = archivist.run("verify");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out())
        .contains("logs: NOT VERIFIED")
        .contains("metrics: ledger, journal and rows agree")
        .contains("reports: ledger, journal and rows agree")
        .contains("their chain is whole");
    assertThat(result.err()).contains("logs: archivist: ").contains("received_at");
    JsonNode document = JSON.readTree(archivist.run("verify", "--json").out());
    assertThat(document.path("policies").findValuesAsText("ok"))
        .containsExactly("false", "true", "true");
    assertThat(document.path("policies").path(0).path("error").asText()).contains("received_at");
    assertThat(document.path("audit").path("ok").asBoolean()).isTrue();
  }

  /** Who keeps both elsewhere finds out even a trail that was rewritten as a whole. */
  @Test
  void printsTheNewestNumberAndHashOfTheAuditTrail() {
    String newest = db.value("SELECT seq FROM archive.audit_tail");
    String hash = db.value("SELECT encode(hash, 'hex') FROM archive.audit_tail");

    assertThat(archivist.run("verify").out())
        .contains("  newest entry " + newest + ", hash " + hash + "\n");

    db.execute(
        "ALTER TABLE archive.audit DISABLE TRIGGER USER",
        "UPDATE archive.audit SET who = 'nobody' WHERE seq = 1");
    Archivist.Result broken = archivist.run("verify");
    assertThat(broken.code()).isEqualTo(1);
    assertThat(broken.out())
        .contains("audit trail: BROKEN at entry 1\n")
        .contains("  newest entry " + newest + ", hash " + hash + "\n");
  }
}
