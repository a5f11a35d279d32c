package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.PolicySql;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  private TestDatabase db;
  private Archivist archivist;

  @BeforeEach
  void fill() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 300);
    archivist = Archivist.on(db, home);
  }

  @AfterEach
  void drop() {
    db.close();
  }

  private JsonNode json(String... arguments) throws Exception {
    Archivist.Result result = archivist.run(arguments);
    assertThat(result.err()).isEmpty();
    return JSON.readTree(result.out());
  }

  @Test
  void holdsListsAndReleases() throws Exception {
    String scenario = db.value("SELECT scenario_id::text FROM scenario_logs LIMIT 1");
    long old =
        db.number(
            "SELECT count(*) FROM scenario_logs WHERE received_at < now() - interval '365 days'");
    long held =
        db.number(
            "SELECT count(*) FROM scenario_logs WHERE received_at < now() - interval '365 days'"
                + " AND scenario_id = ?::uuid",
            scenario);

    Archivist.Result added =
        archivist.run(
            "hold",
            "add",
            "--policy",
            "logs",
            "--to",
            "2200-01-01",
            "--where",
            "scenario_id=" + scenario.toUpperCase(java.util.Locale.ROOT),
            "--reason",
            "case 17");
    assertThat(added.code()).as(added.err()).isZero();
    String hold = added.out().strip();

    JsonNode listed = json("hold", "list", "--json").get(0);
    assertThat(listed.path("hold").asText()).isEqualTo(hold);
    assertThat(listed.path("to").asText()).startsWith("2200-01-01T00:00");
    assertThat(listed.at("/matching/scenario_id").asText()).isEqualTo(scenario);
    assertThat(archivist.run("hold", "list").out()).contains("case 17");
    assertThat(archivist.run("plan", "--logs").out()).contains(held + " rows are held");
    assertThat(archivist.run("status").out()).contains("case 17");
    assertThat(json("status", "--json").at("/policies/0/held_rows").asLong()).isEqualTo(held);

    assertThat(archivist.run("run", "--logs").code()).isZero();
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(old - held);

    assertThat(archivist.run("hold", "release", hold).code()).isZero();
    assertThat(archivist.run("hold", "release", hold).code()).isEqualTo(2);
    assertThat(archivist.run("hold", "list").out()).contains("nothing is held");
    assertThat(json("hold", "list", "--all", "--json")).hasSize(1);
    assertThat(archivist.run("run", "--logs").code()).isZero();
    assertThat(db.number("SELECT count(*) FROM scenario_logs_archive")).isEqualTo(old);

    Archivist.Result audit = archivist.run("audit");
    assertThat(audit.out())
        .contains("hold made", "hold released", "run began", "run completed", "case 17");
    assertThat(json("audit", "--json", "--limit", "1").get(0).path("what").asText())
        .isEqualTo("run completed");
    assertThat(archivist.run("audit", "--limit", "0").code()).isEqualTo(2);
  }

  @Test
  void aHoldSaysWhichTableOfAFamilyItIsAbout() throws Exception {
    db.execute(
        "CREATE TABLE public.orders (id int PRIMARY KEY, at timestamptz)",
        "CREATE TABLE public.orders_archive (LIKE public.orders)",
        "CREATE TABLE public.\"Notes\" (of_order int, words text)",
        "CREATE TABLE public.notes_archive (LIKE public.\"Notes\")",
        "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
            + " VALUES ('orders', 'move', 'at', '1 year')",
        PolicySql.table("orders", "orders", "orders_archive"),
        "INSERT INTO archive.policy_tables VALUES ('orders', 1, 'public', 'Notes', 'public',"
            + " 'notes_archive', 0, '{id}', '{of_order}')");
    for (String table : new String[] {"Notes", "public.Notes", "orders"}) {
      Archivist.Result added =
          archivist.run(
              "hold",
              "add",
              "--policy",
              "orders",
              "--table",
              table,
              "--where",
              table.equals("orders") ? "id=7" : "words=x",
              "--reason",
              "case 18");
      assertThat(added.code()).as(added.err()).isZero();
    }

    assertThat(json("hold", "list", "--json").findValuesAsText("table"))
        .containsExactly("public.Notes", "public.Notes", "public.orders");
    assertThat(archivist.run("hold", "list").out())
        .containsPattern("public\\.Notes +\\{\"words\":\"x\"}")
        .containsPattern("public\\.orders +\\{\"id\":7}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hold | say add, list or release",
        "hold add --policy logs | --reason",
        "hold add --policy nobody --reason r | no policy is named",
        "hold add --policy logs --reason r --from yesterday | is not a date or instant",
        "hold add --policy logs --reason r --from 2024-02-30 | is not a date or instant",
        "hold add --policy logs --reason r --from 2024-02-01 --to 2024-01-01 | is empty",
        "hold add --policy logs --reason r --where nothing=1 | cannot be matched by",
        "hold add --policy logs --reason r --where scenario_id=1 | is not a value of column",
        "hold add --policy logs --reason r --where scenario_id | VALUE",
        "hold add --policy logs --reason r --where source=a --where source=b"
            + " | --where names column \"source\" twice",
        "hold add --policy logs --reason r --table orders | orders is no table of policy",
        "hold add --policy nobody --reason r --table orders | no policy is named",
        "hold release 17 | 17",
        "hold release 00000000-0000-0000-0000-000000000000 | is in force",
      })
  void badInputIsWrongUsage(String line, String message) {
    Archivist.Result result = archivist.run(line.split(" "));

    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(message).contains("HINT: ");
    assertThat(db.number("SELECT count(*) FROM archive.holds")).isZero();
  }
}
