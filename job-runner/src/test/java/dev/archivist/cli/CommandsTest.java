package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestCluster;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a database that is in order. */
class CommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;

  private static JsonNode json(Archivist.Result result) throws IOException {
    assertThat(result.err()).isEmpty();
    return JSON.readTree(result.out());
  }

  private TestDatabase filled() {
    TestDatabase db = TestDatabase.withItsOwnSessions(TestCluster.shared());
    LiveData.logs(db, 3000);
    LiveData.metrics(db, 3000);
    for (int i = 0; i < 3; i++) {
      LiveData.report(db, i + ".pdf", 200 + 40 * i);
      LiveData.file(home.resolve("reports/" + i + ".pdf"), 1000 + i, i);
    }
    return db;
  }

  @Test
  void migratesTwiceAndAdoptsDataAndSomeoneElsesMigrations() {
    try (TestDatabase db = TestDatabase.empty()) {
      db.execute(
          "CREATE TABLE public.flyway_schema_history (installed_rank int PRIMARY KEY, note text)",
          "INSERT INTO public.flyway_schema_history VALUES (1, 'theirs')",
          "CREATE TABLE public.scenario_logs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),"
              + " scenario_id uuid NOT NULL, received_at timestamptz NOT NULL DEFAULT now(),"
              + " message_hash varchar(64) NOT NULL, message_preview varchar(500),"
              + " source varchar(100) NOT NULL, size_bytes integer NOT NULL,"
              + " has_pii boolean NOT NULL, token_count integer NOT NULL,"
              + " sqs_blocks integer NOT NULL)");
      LiveData.logs(db, 300);
      String oid = db.value("SELECT 'public.scenario_logs'::regclass::oid");
      Archivist archivist = Archivist.on(db, home);

      assertThat(archivist.run("migrate", "--preset", "scenario").out())
          .contains(" migrations ran; version ");
      String content = LiveData.conserved(db);
      assertThat(archivist.run("migrate", "--json").out()).contains("\"executed\" : 0");

      assertThat(archivist.run("run", "--all").code()).isZero();
      assertThat(LiveData.conserved(db)).isEqualTo(content).contains("scenario_logs 300,");
      assertThat(db.value("SELECT 'public.scenario_logs'::regclass::oid")).isEqualTo(oid);
      assertThat(db.rows("SELECT * FROM public.flyway_schema_history"))
          .hasToString("[[1, theirs]]");
    }
  }

  @Test
  void writesThePlanDownWithItsHashAndOrderedSteps() throws Exception {
    try (TestDatabase db = filled()) {
      JsonNode printed = json(Archivist.on(db, home).run("plan", "--logs", "--json")).get(0);

      Path file = Path.of(printed.path("run_file").asText());
      assertThat(file.getFileName().toString())
          .matches("postgresql_archival_scenario_logs_\\d{10}_run_file\\.json");
      ObjectNode document = (ObjectNode) JSON.readTree(file.toFile());
      assertThat(document.path("table_name").asText()).isEqualTo("scenario_logs");
      assertThat(document.path("rows").asLong())
          .isEqualTo(
              db.number(
                  "SELECT count(*) FROM scenario_logs WHERE received_at < ?::timestamptz",
                  document.path("cutoff").asText()))
          .isPositive();
      assertThat(document.path("bytes").asLong()).isPositive();
      String hash = document.remove("hash").asText();
      assertThat(hash).isEqualTo(sha256OfSortedJson(document));
      List<Integer> sequence = new ArrayList<>();
      document.path("steps").forEach(step -> sequence.add(step.path("seq").asInt()));
      assertThat(sequence).isSorted().doesNotHaveDuplicates().startsWith(0);
      assertThat(sequence).hasSize(sequence.get(sequence.size() - 1) + 1);
      for (JsonNode step : document.path("steps")) {
        assertThat(step.fieldNames())
            .toIterable()
            .containsExactlyInAnyOrder("seq", "system", "command", "command_about");
      }
      assertThat(document.at("/steps/0/command").asText()).contains("archive.begin_job('logs')");
      assertThat(document.at("/steps/" + (sequence.size() - 1) + "/command").asText())
          .contains("archive.finish_job");
    }
  }

  private static String sha256OfSortedJson(ObjectNode document) throws Exception {
    Map<?, ?> sorted = JSON.convertValue(document, TreeMap.class);
    String text =
        new ObjectMapper()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .writeValueAsString(sorted);
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  @Test
  void tablesOfOneNameInTwoSchemasHaveRunFilesOfTheirOwn() throws IOException {
    try (TestDatabase db = filled()) {
      db.execute(
          "CREATE SCHEMA shop",
          "CREATE TABLE shop.scenario_logs (LIKE public.scenario_logs INCLUDING INDEXES)",
          "CREATE TABLE shop.scenario_logs_archive (LIKE public.scenario_logs_archive)"
              + " PARTITION BY RANGE (received_at)",
          "INSERT INTO archive.policies (name, kind, time_column, archive_after)"
              + " VALUES ('shop', 'move', 'received_at', interval '1 year')",
          "INSERT INTO archive.policy_tables"
              + " (policy, position, source_schema, source_table, archive_schema, archive_table)"
              + " VALUES ('shop', 0, 'shop', 'scenario_logs', 'shop', 'scenario_logs_archive')");

      Archivist.on(db, home).run("plan", "--policy", "logs");
      Archivist.on(db, home).run("plan", "--policy", "shop");

      assertThat(filesBelow(home.resolve("run-files")))
          .extracting(file -> file.getFileName().toString().replaceFirst("_\\d{10}_.*", ""))
          .hasSize(2)
          .doesNotHaveDuplicates()
          .allMatch(name -> name.matches(".*_archival_scenario_logs([.]shop)?"));
    }
  }

  @Test
  void foretellsTheRunInADryRunThatWritesNothingButRunFiles() throws Exception {
    try (TestDatabase db = filled()) {
      LiveData.report(db, "missing.pdf", 200);
      Archivist archivist = Archivist.on(db, home);
      List<Path> filesBefore = filesBelow(home);
      readOnly(db, "on");
      Archivist.Result look = archivist.run("run", "--all", "--dry-run", "--json");
      readOnly(db, "off");
      JsonNode plans = JSON.readTree(look.out());

      assertThat(look.err()).contains("this is only a look").hasLineCount(1);
      List<Path> written = filesBelow(home);
      written.removeAll(filesBefore);
      assertThat(written)
          .hasSize(3)
          .allMatch(file -> file.startsWith(home.resolve("run-files")))
          .allMatch(file -> file.toString().endsWith("_run_file.json"));
      assertThat(plans.at("/2/plan/warnings/0").asText()).contains("stays", "missing.pdf");
      Archivist.Result ran = archivist.run("run", "--all", "--json");
      JsonNode outcomes = JSON.readTree(ran.out());
      assertThat(ran.code()).as("one file is missing").isEqualTo(1);
      for (int i = 0; i < 3; i++) {
        JsonNode plan = plans.get(i).path("plan");
        JsonNode outcome = outcomes.get(i);
        assertThat(plan.path("rows").asLong())
            .as(plan.path("policy").asText())
            .isPositive()
            .isEqualTo(outcome.path("records_processed").asLong())
            .isEqualTo(outcome.path("records_deleted").asLong());
        assertThat(plan.path("bytes").asLong()).isEqualTo(outcome.path("bytes_archived").asLong());
        for (JsonNode partition : plan.path("partitions_to_make")) {
          assertThat(db.value("SELECT to_regclass(?)", "public." + partition.asText()))
              .endsWith(partition.asText());
        }
      }
    }
  }

  private static void readOnly(TestDatabase db, String value) {
    db.cluster()
        .execute(
            "postgres",
            "ALTER DATABASE " + db.name() + " SET default_transaction_read_only = " + value);
  }

  @Test
  void assignsNoTransactionIdInADryRun() {
    try (TestDatabase db = filled()) {
      Archivist archivist = Archivist.on(db, home);
      boolean unchanged = false;
      // the server's own housekeeping may take an id now and then, but not every time
      for (int i = 0; i < 5 && !unchanged; i++) {
        String before = nextTransactionId(db);
        assertThat(archivist.run("run", "--all", "--dry-run").code()).isZero();
        unchanged = nextTransactionId(db).equals(before);
      }
      assertThat(unchanged).isTrue();
    }
  }

  private static String nextTransactionId(TestDatabase db) {
    return db.value("SELECT pg_snapshot_xmax(pg_current_snapshot())");
  }

  private static List<Path> filesBelow(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return new ArrayList<>(files.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void saysHowThingsStandBeforeAndAfterARun() throws IOException {
    try (TestDatabase db = filled()) {
      Archivist archivist = Archivist.on(db, home);
      JsonNode before = json(archivist.run("status", "--json"));
      assertThat(before.at("/policies/0/backlog_rows").asLong())
          .isEqualTo(
              db.number(
                  "SELECT count(*) FROM scenario_logs"
                      + " WHERE received_at < now() - interval '365 days'"));
      assertThat(before.path("jobs")).isEmpty();

      assertThat(archivist.run("run", "--all").code()).isZero();

      JsonNode after = json(archivist.run("status", "--json"));
      for (JsonNode policy : after.path("policies")) {
        assertThat(policy.path("backlog_rows").asLong()).isZero();
        assertThat(policy.path("refused").asBoolean()).isFalse();
      }
      assertThat(after.path("jobs")).hasSize(3);
      assertThat(after.at("/archive/0/rows").asLong())
          .isEqualTo(db.number("SELECT count(*) FROM scenario_logs_archive"));
      assertThat(archivist.run("status").out())
          .contains("logs", "completed", "scenario_metrics")
          .doesNotContain("null");
    }
  }

  @Test
  void findsEverythingInOrder() throws IOException {
    try (TestDatabase db = filled()) {
      Archivist.Result result = Archivist.on(db, home).run("doctor");

      assertThat(result.out()).contains("OK       object store: ").doesNotContain("FAILED");
      assertThat(result.code()).isZero();
      assertThat(json(Archivist.on(db, home).run("doctor", "--json")).findValuesAsText("verdict"))
          .doesNotContain("FAILED");
    }
  }

  @Test
  void saysWhereEverySettingCameFrom() throws IOException {
    Archivist archivist = Archivist.in(home).with("ARCHIVE_CRON", "0 4 * * *");

    JsonNode config = json(archivist.run("config", "--json"));

    assertThat(config.at("/ARCHIVE_CRON/value").asText()).isEqualTo("0 4 * * *");
    assertThat(config.at("/ARCHIVE_CRON/from").asText()).isEqualTo("environment");
    assertThat(config.at("/ARCHIVE_TIME_ZONE/value").asText()).isEqualTo("UTC");
    assertThat(config.at("/ARCHIVE_TIME_ZONE/from").asText()).isEqualTo("default");
    assertThat(config.at("/DATABASE_URL/value").asText()).isEqualTo("(embedded)");
    assertThat(config.at("/AWS_SECRET_ACCESS_KEY/value").asText()).isEqualTo("(not set)");
    assertThat(archivist.run("config").out()).contains("REPORTS_LOCAL_DIR", "five fields of cron");
  }

  @Test
  void runsEachStatementByItselfAndStopsAtTheFirstError() throws IOException {
    try (TestDatabase db = TestDatabase.withItsOwnSessions(TestCluster.shared())) {
      Archivist archivist = Archivist.on(db, home);

      Archivist.Result rows =
          archivist.run("sql", "SELECT 1 AS one, NULL AS nothing; VACUUM public.reports; SELECT 2");
      Archivist.Result failing =
          archivist.run(
              "sql",
              "CREATE TABLE public.kept (i int); SELECT * FROM nobodys; DROP TABLE public.kept");
      Archivist.Result inTransaction =
          archivist.run("sql", "BEGIN; DROP TABLE public.kept; SELECT 1; ROLLBACK");
      JsonNode json =
          json(
              archivist.run(
                  "sql", "--json", "SELECT g AS n, NULL AS nothing FROM generate_series(1, 3) g"));

      assertThat(rows.out())
          .isEqualTo(
              """
                one  nothing
                ---  -------
                  1
              (1 row)
              OK, 0 rows
                ?column?
                --------
                       2
              (1 row)
              """);
      assertThat(failing.code()).isEqualTo(1);
      assertThat(failing.err())
          .contains("relation \"nobodys\" does not exist (SQLSTATE 42P01)")
          .doesNotContain("migrate");
      assertThat(inTransaction.code()).isZero();
      assertThat(db.value("SELECT to_regclass('public.kept')")).isEqualTo("kept");
      assertThat(json).hasSize(3);
      assertThat(json.at("/2/n").asText()).isEqualTo("3");
      assertThat(json.at("/2/nothing").isNull()).isTrue();
      assertThat(archivist.run("sql", "  ").code()).isEqualTo(2);
    }
  }
}
