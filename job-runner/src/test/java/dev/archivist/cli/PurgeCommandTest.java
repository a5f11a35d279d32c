package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.contract.Login;
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

class PurgeCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  private TestDatabase db;
  private Archivist archivist;

  @BeforeEach
  void archive() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 300);
    archivist = Archivist.on(db, home);
    db.execute("UPDATE archive.policies SET keep_for = interval '30 months' WHERE name = 'logs'");
    assertThat(archivist.run("run", "--logs").code()).isZero();
  }

  @AfterEach
  void drop() {
    db.close();
  }

  private JsonNode json(String... arguments) throws Exception {
    Archivist.Result result = archivist.run(arguments);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return JSON.readTree(result.out());
  }

  @Test
  void aDryRunSaysWhatIsDueAndChangesNothing() throws Exception {
    long archived = db.number("SELECT count(*) FROM scenario_logs_archive");

    JsonNode due = json("purge", "--logs", "--dry-run", "--json").path(0);

    assertThat(due.path("months")).hasSizeBetween(5, 6);
    assertThat(due.path("months").path(0).path("fate").asText()).isEqualTo("due");
    assertThat(due.path("months").path(0).path("rows").asLong()).isPositive();
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(archived);
    assertThat(db.number("SELECT count(*) FROM archive.bin")).isZero();
    assertThat(db.number("SELECT count(*) FROM archive_jobs")).isEqualTo(1);
  }

  @Test
  void whatIsPurgedIsListedTakenBackAndDropped() throws Exception {
    String before = LiveData.conserved(db);
    JsonNode purged = json("purge", "--all", "--json").path(0);
    int months = purged.path("months").size();
    assertThat(purged.path("months").path(0).path("fate").asText()).isEqualTo("binned");

    JsonNode bin = json("bin", "list", "--json").path("months");
    assertThat(bin).hasSize(months);
    assertThat(bin.path(0).path("state").asText()).isEqualTo("binned");
    assertThat(json("status", "--json").path("bin")).isEqualTo(bin);
    assertThat(archivist.run("bin", "list").out()).contains(bin.path(0).path("id").asText());
    assertThat(json("bin", "empty", "--dry-run", "--json").path(0).path("months")).isEmpty();
    for (JsonNode entry : bin) {
      assertThat(archivist.run("bin", "restore", entry.path("id").asText()).code()).isZero();
    }
    assertThat(LiveData.conserved(db)).isEqualTo(before);
    assertThat(archivist.run("bin", "list").out()).isEqualTo("  the bin is empty\n");

    db.execute("UPDATE archive.holds SET released_at = now(), released_by = current_user");
    json("purge", "--logs", "--json");
    assertThat(json("bin", "empty", "--all", "--dry-run", "--json").path(0).path("months"))
        .hasSize(months);
    JsonNode dropped = json("bin", "empty", "--all", "--yes", "--json").path(0);
    assertThat(dropped.path("months").path(0).path("fate").asText()).isEqualTo("dropped");
    assertThat(json("bin", "list", "--json").toString())
        .isEqualTo("{\"months\":[],\"objects\":[]}");
    assertThat(archivist.run("verify", "--logs").code()).isZero();
  }

  /** The rights on an archive table are those on its months, in the bin too. */
  @ParameterizedTest
  @ValueSource(strings = {"archive_reader", "archive_operator", "archive_owner"})
  void whoMayReadTheArchiveVerifiesTheBin(String role) {
    assertThat(archivist.run("purge", "--logs").code()).isZero();
    assertThat(db.number("SELECT count(*) FROM archive.bin")).isPositive();

    try (Login login = new Login(db, role)) {
      Archivist.Result verified =
          archivist.with("DATABASE_URL", login.url()).run("verify", "--logs");
      assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
      assertThat(
              archivist
                  .with("DATABASE_URL", login.url())
                  .run("sql", "SELECT count(*) FROM v_scenario_logs_all")
                  .code())
          .isZero();
    }
  }

  @Test
  void aWrongLedgerFailsTheCommand() {
    db.execute(
        "UPDATE archive.ledger SET rows = rows + 1 WHERE month = (SELECT min(month) FROM archive.ledger)");

    Archivist.Result result = archivist.run("purge", "--logs");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("different").contains("is not what the ledger says");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "purge",
        "purge --policy nobody",
        "bin",
        "bin restore",
        "bin restore 17",
        "bin restore 11111111-1111-1111-1111-111111111111",
        "bin empty --all",
        "bin empty --policy nobody"
      })
  void wrongUsageIsRefused(String line) {
    Archivist.Result result = archivist.run(line.split(" "));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).isNotEmpty();
    assertThat(db.number("SELECT count(*) FROM archive_jobs")).isEqualTo(1);
  }
}
