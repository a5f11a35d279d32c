package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.contract.Login;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] ALL = {
    "restore", "--policy", "logs", "--from", "2000-01-01", "--to", "2200-01-01"
  };

  @TempDir Path home;
  private TestDatabase db;
  private Archivist archivist;
  private String conserved;

  @BeforeEach
  void archiveLogs() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 300);
    archivist = Archivist.on(db, home);
    conserved = LiveData.conserved(db);
    assertThat(archivist.run("run", "--logs").code()).isZero();
  }

  @AfterEach
  void nothingIsLost() {
    assertThat(LiveData.conserved(db)).isEqualTo(conserved);
    db.close();
  }

  private Archivist.Result restore(String... more) {
    String[] all = new String[ALL.length + more.length];
    System.arraycopy(ALL, 0, all, 0, ALL.length);
    System.arraycopy(more, 0, all, ALL.length, more.length);
    return archivist.run(all);
  }

  @Test
  void restoresAndHoldsAndTheNextRunLeavesIt() throws Exception {
    long archived = db.number("SELECT count(*) FROM scenario_logs_archive");

    JsonNode look = JSON.readTree(restore("--dry-run", "--json").out());
    assertThat(look.path("rows").asLong()).isEqualTo(archived);
    assertThat(look.path("hold").asText()).isEqualTo("30 days");
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(archived);
    Archivist.Result text = restore("--dry-run", "--hold", "1 year");
    assertThat(text.code()).isZero();
    assertThat(text.out()).contains(archived + " rows", "held for 1 year", "2024-");

    Archivist.Result restored = restore("--json");
    assertThat(restored.code()).as(restored.err()).isZero();
    JsonNode document = JSON.readTree(restored.out());
    assertThat(document.path("records_restored").asLong()).isEqualTo(archived);
    assertThat(document.path("bytes_restored").asLong()).isEqualTo(look.path("bytes").asLong());
    assertThat(document.path("status").asText()).isEqualTo("completed");

    assertThat(archivist.run("run", "--logs").code()).isZero();
    assertThat(db.rows("SELECT * FROM scenario_logs_archive")).isEmpty();
    assertThat(archivist.run("hold", "list").out()).contains("restore");
    JsonNode jobs = JSON.readTree(archivist.run("status", "--json").out()).path("jobs");
    assertThat(jobs.findValuesAsText("action")).containsExactly("run", "restore", "run");
    assertThat(jobs.path(1).path("records_processed").asLong()).isEqualTo(archived);
    assertThat(archivist.run("status").out())
        .containsPattern("logs +restore +completed +\\S+ \\S+ +\\S+ s +" + archived);
    assertThat(archivist.run("verify", "--logs").code()).isZero();
    assertThat(restore().out()).contains("completed");
  }

  @Test
  void saysThatAMonthIsNotWhatTheLedgerSays() throws Exception {
    String month =
        db.value(
            "SELECT to_char(min(received_at AT TIME ZONE 'UTC'), 'YYYY-MM') FROM scenario_logs_archive");
    String first = month + "-01";
    db.execute(
        "UPDATE public.scenario_logs_archive SET message_preview = 'changed' WHERE id ="
            + " (SELECT id FROM public.scenario_logs_archive ORDER BY received_at LIMIT 1)");
    conserved = LiveData.conserved(db);
    String note = month + " is not what ledger and journal say";

    assertThat(restore("--dry-run").out()).containsOnlyOnce("  NOTE: ").contains("NOTE: " + note);
    String[] otherMonths = ALL.clone();
    otherMonths[4] = db.value("SELECT (?::date + interval '1 month')::date::text", first);
    assertThat(archivist.run(otherMonths).out()).contains("completed").doesNotContain("NOTE");
    Archivist.Result restored = restore("--json");
    assertThat(restored.code()).isZero();
    assertThat(JSON.readTree(restored.out()).path("notes").path(0).asText()).startsWith(note);
    assertThat(archivist.run("verify", "--logs").code()).isEqualTo(1);

    closeAsTheRunbookSays(first);

    assertThat(archivist.run("verify", "--logs").code()).isZero();
    db.rows("SELECT archive.release_hold(hold_id)::text FROM archive.active_holds");
    assertThat(archivist.run("run", "--logs").code()).isZero();
    assertThat(archivist.run("verify", "--logs").code()).isZero();
    assertThat(db.number("SELECT count(*) FROM scenario_logs")).isLessThan(300);
  }

  private void closeAsTheRunbookSays(String firstDay) throws IOException {
    String page = Files.readString(Path.of("../ops/runbooks/differing-month.md"));
    int from = page.indexOf("WITH ledger AS (DELETE");
    String close = page.substring(from, page.indexOf("```", from)).replace("2024-03-01", firstDay);
    try (Login owner = new Login(db, "archive_owner")) {
      assertThat(archivist.with("DATABASE_URL", owner.url()).run("sql", "--", close).code())
          .isZero();
    }
  }

  @Test
  void copiesMatchingRowsIntoATable() {
    String scenario = db.value("SELECT md5('3')::uuid");
    Archivist.Result result =
        restore(
            "--into", "copied", "--where", "scenario_id=" + scenario, "--where", "has_pii=true");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(db.number("SELECT count(*) FROM copied"))
        .isPositive()
        .isEqualTo(
            db.number(
                "SELECT count(*) FROM scenario_logs_archive WHERE has_pii AND scenario_id = ?::uuid",
                scenario));
    assertThat(
            restore(
                    "--into",
                    "copied",
                    "--where",
                    "scenario_id=" + scenario,
                    "--where",
                    "has_pii=true")
                .err())
        .contains("rows were there already");
  }

  @Test
  void listsWhatIsInTheWay() {
    db.execute(
        "INSERT INTO public.scenario_logs SELECT id, scenario_id, pg_catalog.now(), message_hash,"
            + " message_preview, source, size_bytes, has_pii, token_count, sqs_blocks"
            + " FROM public.scenario_logs_archive ORDER BY id LIMIT 30");
    String id = db.value("SELECT min(id::text) FROM scenario_logs_archive");
    conserved = LiveData.conserved(db);

    Archivist.Result look = restore("--dry-run");
    assertThat(look.code()).isEqualTo(1);
    assertThat(look.out()).contains("CONFLICT: scenario_logs_pkey: 30 rows: (id)=(" + id + ")");
    Archivist.Result refused = restore();
    BadInputTest.assertRefused(
        refused, 1, "refuses them: scenario_logs_pkey: 30 rows: (id)=(" + id, "--into");
    assertThat(refused.err().split("\\(id\\)=")).as("twenty are shown").hasSize(21);
    assertThat(db.value("SELECT status FROM archive_jobs WHERE action = 'restore'"))
        .isEqualTo("failed");
  }

  @Test
  void saysWhatStandsAgainstIt() {
    assertThat(archivist.run("run", "--metrics").code()).isZero();
    String[] metrics = ALL.clone();
    metrics[2] = "metrics";
    BadInputTest.assertRefused(archivist.run(metrics), 3, "the samples are gone", "--into");
    db.execute(
        "CREATE TRIGGER t AFTER INSERT ON public.scenario_logs FOR EACH ROW"
            + " EXECUTE FUNCTION suppress_redundant_updates_trigger()");
    Archivist.Result look = restore("--dry-run");
    assertThat(look.code()).isEqualTo(3);
    assertThat(look.out()).contains("REFUSED: trigger t of public.scenario_logs fires on INSERT");
    BadInputTest.assertRefused(restore(), 3, "trigger t of", "--into");
  }

  @Test
  void saysThatTheRoleMayNotAndThatThePolicyIsHeld() {
    try (Login operator = new Login(db, "archive_operator")) {
      BadInputTest.assertRefused(
          archivist.with("DATABASE_URL", operator.url()).run(ALL),
          3,
          "may not take anything out of the archive",
          "GRANT archive_owner TO");
    }
    try (JobSession holder = JobSession.open(db.database(), "logs")) {
      holder.begin();
      BadInputTest.assertRefused(restore(), 4, "is held by", "Wait");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "restore --policy logs --from 2020-01-01 | missing required option: '--to=TIME' | archivist restore --help",
        "restore --policy logs --from soon --to 2020-01-01 | 'soon' is not a date | archivist restore --help",
        "restore --policy logs --from 2020-02-01 --to 2020-01-01 | there is nothing between | later",
        "restore --policy nobodys --from 2020-01-01 --to 2020-02-01 | no policy is named \"nobodys\" | logs, metrics",
        "restore --policy logs --from 2020-01-01 --to 2020-02-01 --hold long | cannot be understood | from",
        "restore --policy logs --from 2020-01-01 --to 2020-02-01 --where x | --where | archivist restore --help",
        "restore --policy logs --from 2020-01-01 --to 2020-02-01 --where source=a --where source=a"
            + " | --where names column \"source\" twice | Restore once for each value.",
        "restore --policy logs --from 2020-01-01 --to 2020-02-01 --where x=1 | cannot be matched by \"x\" | Boolean",
        "restore --policy logs --from 2020-01-01 --to 2020-02-01 --where size_bytes=big | is not a value of column | integer",
        "restore --policy logs --from 2020-01-01 --to 2020-02-01 --into a.b.c | is not the name of a table | schema",
        "restore --policy logs --from 2020-01-01 --to 2020-02-01 --into a;b | cannot be understood | from",
      })
  void saysHowToUseIt(String arguments, String message, String hint) {
    for (String more : new String[] {"", " --dry-run"}) {
      BadInputTest.assertRefused(archivist.run((arguments + more).split(" ")), 2, message, hint);
    }
  }
}
