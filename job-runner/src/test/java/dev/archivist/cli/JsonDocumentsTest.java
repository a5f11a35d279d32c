package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.archivist.document.Json;
import dev.archivist.store.s3.LifecycleServer;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.PublishedSchema;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What every command prints with {@code --json} is what docs/schema says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JsonDocumentsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Set<String> printed = new HashSet<>();
  @TempDir Path home;
  private TestDatabase db;
  private Archivist archivist;

  @BeforeEach
  void fill() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 150);
    LiveData.metrics(db, 90);
    archivist = Archivist.on(db, home);
  }

  @AfterEach
  void drop() {
    db.close();
  }

  /** One document, valid by the schema of this name. */
  private JsonNode document(String schema, String... arguments) throws IOException {
    List<JsonNode> documents = print(arguments);
    assertThat(documents).hasSize(1);
    PublishedSchema.of(schema).assertValid(documents.get(0));
    return documents.get(0);
  }

  /** A list, each element valid by the schema of this name. */
  private JsonNode list(String schema, String... arguments) throws IOException {
    List<JsonNode> documents = print(arguments);
    assertThat(documents).hasSize(1);
    assertThat(documents.get(0).isArray()).isTrue();
    assertThat(documents.get(0)).isNotEmpty().allSatisfy(PublishedSchema.of(schema)::assertValid);
    return documents.get(0);
  }

  private List<JsonNode> print(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Archivist.Result result = archivist.run(all.toArray(String[]::new));
    printed.add(
        arguments.length > 1 && !arguments[1].startsWith("-") && !arguments[0].equals("sql")
            ? arguments[0] + " " + arguments[1]
            : arguments[0]);
    List<JsonNode> documents = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(result.out())) {
      while (parser.nextToken() != null) {
        documents.add(parser.readValueAsTree());
      }
    }
    return documents;
  }

  private static String[] restore(String policy, String to, String... more) {
    List<String> all =
        new ArrayList<>(List.of("restore", "--policy", policy, "--from", "2000-01-01", "--to", to));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @AfterAll
  void everyCommandThatPrintsJsonWasAsked() {
    Set<String> commands = new HashSet<>();
    for (Class<?> each :
        ArchivistCommand.class.getAnnotation(CommandLine.Command.class).subcommands()) {
      collect("", new CommandLine(each), commands);
    }

    assertThat(printed).isEqualTo(commands);
  }

  private static void collect(String parent, CommandLine command, Set<String> commands) {
    String name = parent + command.getCommandName();
    if (command.getCommandSpec().findOption("--json") != null) {
      commands.add(name);
    }
    command.getSubcommands().values().forEach(each -> collect(name + " ", each, commands));
  }

  @Test
  void ofTheProgramItself() throws Exception {
    document("migrate-summary", "migrate");
    document("config", "config");
    list("check", "doctor");
    document("bench-summary", "bench", "--rows", "50", "--rounds", "1");
    document("bench-summary", "bench", "--digests", "--rows", "50", "--rounds", "1");
    document("store-summary", "store", "show");
    document("store-summary", "store", "take-over", "--yes");
    Files.createDirectories(home.resolve("reports"));
    document("store-summary", "store", "take-over", "--reports", "--yes");
    db.execute("CREATE FUNCTION public.shown(int) RETURNS int LANGUAGE sql AS 'SELECT $1'");
    list("trusted-function", "trust", "--reason", "read it", "public.shown");
    assertThat(archivist.run("trust", "list").out()).contains("public.shown(integer)", "read it");
    list("trusted-function", "trust", "list");
    assertThat(print("trust", "revoke", "public.shown(integer)").toString()).isEqualTo("[[]]");
    assertThat(archivist.run("trust", "list").out()).contains("no function is trusted");
    assertThat(archivist.run("trust", "public.nothing").code()).isEqualTo(2);
    assertThat(archivist.run("trust").code()).isEqualTo(2);
    list("reconcile-summary", "reconcile");
    list("reconcile-summary", "reconcile", "--apply");
    try (LifecycleServer server = new LifecycleServer()) {
      archivist = server.with(archivist);
      list("lifecycle-rule", "s3-lifecycle", "show");
      list("lifecycle-rule", "s3-lifecycle", "apply");
    }
  }

  @Test
  void ofQueries() throws Exception {
    List<JsonNode> answers =
        print(
            "sql", "SELECT 1 AS a, NULL AS b; SELECT 1 WHERE false; CREATE TABLE public.t (i int)");

    assertThat(answers).hasSize(3);
    assertThat(answers.get(0)).hasSize(1).allSatisfy(PublishedSchema.of("sql-row")::assertValid);
    assertThat(answers.get(1)).isEmpty();
    PublishedSchema.of("sql-count").assertValid(answers.get(2));
  }

  @Test
  void ofPlansAndRuns() throws Exception {
    LiveData.report(db, "here.pdf", 200);
    LiveData.file(home.resolve("reports/here.pdf"), 1000, 1);
    LiveData.report(db, "missing.pdf", 200);
    db.execute(
        "SELECT archive.hold('logs', from_time => '2000-01-01', to_time => '2024-06-01',"
            + " matching => '{\"source\": \"x\"}', until => '2190-01-01', reason => 'r')",
        "SELECT archive.hold('metrics', to_time => '2000-01-01', reason => 'r')",
        "CREATE TRIGGER t AFTER DELETE ON public.scenario_metrics FOR EACH ROW"
            + " EXECUTE FUNCTION suppress_redundant_updates_trigger()");

    list("hold", "hold", "list");
    JsonNode plans = list("written-plan", "plan");
    assertThat(plans.findValues("refusals")).anySatisfy(found -> assertThat(found).hasSize(1));
    assertThat(plans.findValues("holds")).anySatisfy(found -> assertThat(found).hasSize(1));
    assertThat(plans.findValues("warnings")).anySatisfy(found -> assertThat(found).hasSize(1));
    for (JsonNode plan : plans) {
      Path file = Path.of(plan.path("run_file").asText());
      PublishedSchema.of("run-file").assertValid(JSON.readTree(Files.readString(file)));
    }
    list("written-plan", "run", "--all", "--dry-run");
    document("status", "status");
    JsonNode runs = list("run-summary", "run", "--all");
    assertThat(runs.findValuesAsText("status")).containsExactly("completed", "failed", "failed");
    JsonNode status = document("status", "status");
    assertThat(status.path("holds")).hasSize(2);
    assertThat(status.path("jobs")).hasSize(3);
    list("audit-entry", "audit");
  }

  @Test
  void ofVerifications() throws Exception {
    LiveData.report(db, "a.pdf", 200);
    LiveData.file(home.resolve("reports/a.pdf"), 1000, 1);
    assertThat(archivist.run("run", "--all").code()).isZero();
    assertThat(document("verify-summary", "verify").path("ok").asBoolean()).isTrue();
    document("verify-summary", "verify", "--logs", "--month", "2024-02");
    PublishedSchema.of("verified-rows")
        .assertValid(JSON.readTree(Json.line(db.archive().verify("logs"))));

    db.execute(
        "UPDATE public.scenario_logs_archive SET source = 'x', archive_batch_id ="
            + " CASE WHEN id = (SELECT min(id::text) FROM public.scenario_logs_archive)::uuid"
            + " THEN gen_random_uuid() ELSE archive_batch_id END",
        "DELETE FROM public.scenario_metrics_archive",
        "UPDATE public.reports_archive SET content_bytes = 1");
    JsonNode different = document("verify-summary", "verify", "--deep");
    assertThat(different.findValuesAsText("problem"))
        .contains("different", "unknown")
        .anySatisfy(problem -> assertThat(problem).contains("not what was sent"));
    assertThat(different.findValues("data")).anySatisfy(side -> assertThat(side.isNull()).isTrue());

    db.execute("ALTER TABLE public.scenario_logs_archive RENAME COLUMN received_at TO moved");
    assertThat(document("verify-summary", "verify").findValuesAsText("error")).hasSize(1);
  }

  @Test
  void ofRestores() throws Exception {
    assertThat(archivist.run("run", "--all").code()).isZero();
    String[] all = restore("logs", "2190-01-01", "--dry-run");
    document("restore-plan", all);
    document("restore-plan", restore("logs", "2190-01-01", "--dry-run", "--hold", "0"));
    JsonNode refused = document("restore-plan", restore("metrics", "2190-01-01", "--dry-run"));
    assertThat(refused.path("refusals")).hasSize(1);
    document("restore-summary", restore("metrics", "2190-01-01"));
    document("restore-summary", restore("logs", "2024-06-01"));
    db.execute(
        "INSERT INTO public.scenario_logs SELECT id, scenario_id, pg_catalog.now(), message_hash,"
            + " message_preview, source, size_bytes, has_pii, token_count, sqs_blocks"
            + " FROM public.scenario_logs_archive ORDER BY id LIMIT 3");
    assertThat(document("restore-plan", all).path("conflicts")).hasSize(1);
    PublishedSchema.of("restore-options")
        .assertValid(
            JSON.readTree(db.value("SELECT options FROM archive.jobs WHERE action = 'restore'")));
  }

  @Test
  void ofPurgesAndTheBin() throws Exception {
    assertThat(archivist.run("run", "--all").code()).isZero();
    db.execute("UPDATE archive.policies SET keep_for = interval '30 months' WHERE name = 'logs'");

    list("purge-summary", "purge", "--all", "--dry-run");
    list("purge-summary", "purge", "--logs");
    assertThat(document("bin-contents", "bin", "list").path("months")).isNotEmpty();
    assertThat(document("status", "status").path("bin")).isNotEmpty();
    list("purge-summary", "bin", "empty", "--all", "--dry-run");
    list("purge-summary", "bin", "empty", "--all", "--yes");
    document("verify-summary", "verify");
    list("audit-entry", "audit");
  }
}
