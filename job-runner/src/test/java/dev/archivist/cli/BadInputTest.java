package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import dev.archivist.testing.FreePort;
import dev.archivist.testing.JobSession;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong: each has its message, its hint, its exit code, and costs no row. */
class BadInputTest {
  @TempDir Path home;

  private static TestDatabase db;
  private static String before;

  @BeforeAll
  static void fillDatabase() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 300);
    LiveData.metrics(db, 300);
    LiveData.report(db, "missing.pdf", 200);
    before = LiveData.conserved(db);
  }

  @AfterEach
  void nothingIsLost() {
    assertThat(LiveData.conserved(db)).isEqualTo(before);
  }

  @AfterAll
  static void dropDatabase() {
    db.close();
  }

  /** Exit code, what failed, what to do; in the project's grammar. */
  static void assertRefused(Archivist.Result result, int code, String message, String hint) {
    assertThat(result.err()).contains(message).contains(hint);
    assertThat(result.err()).containsPattern("archivist: \\S.*[^.] \\[ZA0\\d\\d]\n");
    assertThat(result.err()).containsPattern("HINT: [A-Z].*[.;]\n").doesNotContain("\tat ");
    assertThat(result.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "mysql://u:TOPSECRET@h/d | DATABASE_URL is not a PostgreSQL URL",
        "postgresql://u:TOPSECRET@h | names no database, and PGDATABASE is not set",
        "postgresql://u:TOP SECRET@h/d | DATABASE_URL cannot be read",
        "postgresql://u:TOPSECRET@127.0.0.1:1/d | the database cannot be reached",
        "postgresql+asyncpg://u:TOPSECRET@no-such-host.invalid/d | (no host has this name: no-such-host.invalid)",
        "jdbc:postgresql://127.0.0.1:1/d?currentSchema=app | where names are looked up: currentSchema",
        "service=no_such_service password=TOPSECRET | the driver cannot read jdbc:postgresql:///?service=no_such_service",
      })
  void saysWhatIsWrongWithTheDatabaseUrl(String url, String message) {
    Archivist.Result result = program().with("DATABASE_URL", url).run("run", "--all");

    assertRefused(result, 3, message, "DATABASE_URL");
    assertThat(result.err() + result.out()).doesNotContain("SECRET");
  }

  @Test
  void saysThatThePasswordIsWrongOrTheDatabaseUnknown() {
    String wrongPassword = db.url().replaceFirst(":[^:@/]+@", ":TOPSECRET@");
    Archivist.Result login = program().with("DATABASE_URL", wrongPassword).run("-v", "status");
    Archivist.Result database =
        program().with("DATABASE_URL", db.cluster().url("nobodys")).run("plan");

    assertRefusedVerbosely(login, "the database refuses the login");
    assertRefused(database, 3, "database \"nobodys\" does not exist", "or create it.");
  }

  private static void assertRefusedVerbosely(Archivist.Result result, String message) {
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains(message, "HINT: ", "\tat ").doesNotContain("TOPSECRET");
  }

  @ParameterizedTest
  @CsvSource({"run --all", "plan", "status", "schedule"})
  void saysThatTheDatabaseIsNotMigrated(String arguments) {
    try (TestDatabase empty = TestDatabase.empty()) {
      assertRefused(
          Archivist.on(empty, home).run(arguments.split(" ")), 3, "", "Run archivist migrate.");
    }
  }

  @Test
  void saysWhichLiveTableIsMissingAndRunsTheOtherPolicies() {
    try (TestDatabase other = TestDatabase.migrated()) {
      LiveData.metrics(other, 300);
      other.execute("DROP TABLE public.scenario_logs CASCADE");
      Archivist archivist = Archivist.on(other, home);

      Archivist.Result plan = archivist.run("plan", "--logs");
      Archivist.Result run = archivist.run("run", "--all");

      assertThat(plan.code()).isEqualTo(3);
      assertThat(plan.out()).contains("REFUSED: live table public.scenario_logs is not there");
      assertRefused(run, 3, "live table public.scenario_logs is not there", "HINT: Create the");
      assertThat(other.rows("SELECT job_type, status FROM archive_jobs ORDER BY 1").toString())
          .isEqualTo("[[logs, failed], [metrics, completed], [reports, completed]]");
      assertThat(other.number("SELECT count(*) FROM scenario_metrics_archive")).isPositive();
    }
  }

  @Test
  void saysWhichRightARoleLacks() {
    String nobody = login("nobody", "");
    String reader = login("reader", "GRANT archive_reader TO reader");

    assertRefused(as(nobody).run("run", "--all"), 3, "permission denied", "GRANT archive_operator");
    assertRefused(
        as(nobody).run("migrate"),
        3,
        "may not read archive.flyway_schema_history",
        "HINT: As a superuser");
    assertRefused(as(nobody).run("schedule"), 3, "permission denied", "GRANT archive_operator");
    assertRefused(
        as(reader).run("run", "--logs"), 3, "role reader may not DELETE", "archive_operator");
    assertThat(as(reader).run("plan").out()).contains("REFUSED: role reader may not DELETE");
    assertThat(as(reader).run("status").code()).isZero();
  }

  @Test
  void letsAnOperatorRunEverything() {
    String operator = login("operator", "GRANT archive_operator TO operator");
    LiveData.file(home.resolve("reports/missing.pdf"), 1000, 1);

    Archivist.Result run = as(operator).run("run", "--all", "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(Files.exists(home.resolve("reports/missing.pdf"))).isFalse();
    assertThat(as(operator).run("plan").code()).isZero();
    assertThat(as(operator).run("status").code()).isZero();
    assertThat(as(operator).run("doctor").out()).doesNotContain("FAILED");
  }

  /** Roles belong to the cluster, so one may be there from an earlier test. */
  private String login(String role, String grant) {
    db.execute(
        "DO $$ BEGIN CREATE ROLE "
            + role
            + " LOGIN PASSWORD 'pw'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        grant.isEmpty() ? "SELECT 1" : grant);
    return db.cluster().url(db.name(), role, "pw");
  }

  private Archivist as(String url) {
    return program().with("DATABASE_URL", url);
  }

  private Archivist program() {
    return Archivist.on(db, home);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run --bogus | unknown option: '--bogus' | archivist run --help",
        "run --report | unknown option: '--report' | --reports",
        "run | say what to run | archivist run --help",
        "run --policy | missing required parameter for option '--policy' | archivist run --help",
        "run --all extra | unmatched argument at index 2: 'extra' | archivist run --help",
        "run --policy nobodys | no policy is named \"nobodys\" | logs, metrics, reports",
        "plan --policy nobodys | no policy is named \"nobodys\" | logs, metrics, reports",
        "frobnicate | unmatched argument at index 0: 'frobnicate' | archivist --help",
        "db | say start, stop or url | archivist db --help",
        "db url | DATABASE_URL is set | Unset DATABASE_URL",
        "verify --month 2024-13 | --month cannot be understood: \"2024-13\" | YYYY-MM",
        "audit --limit 0 | --limit is at least 1 | positive",
        "bench --rows 0 | --rows and --rounds are at least 1 | positive",
        "restore --policy logs --from 2020-01-01 --to 2021-01-01 --hold soon | type interval | hold",
        "demo --logs -1 | --logs is negative: -1 | from 0 up",
        "demo --metrics=-5 | --metrics is negative: -5 | from 0 up",
        "demo --reports abc | invalid value for option '--reports' | archivist demo --help",
        "demo --data nowhere | reading real files is not part of the release | source tree",
        "demo | the demo would add made-up rows | --force",
      })
  void saysHowToUseIt(String arguments, String message, String hint) {
    assertRefused(program().run(arguments.split(" ")), 2, message, hint);
  }

  @Test
  void namesTheCommandsWhereNoneIsGiven() {
    Archivist.Result result = program().run();

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("archivist: a command is missing").contains("  schedule ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ARCHIVE_CRON | at three | schedule",
        "ARCHIVE_CRON | 61 3 * * * | schedule",
        "ARCHIVE_CRON | 0 3 30 2 * | schedule",
        "ARCHIVE_CRON | 0 3 1 * 1 | schedule",
        "ARCHIVE_TIME_ZONE | Europe/Atlantis | schedule",
        "ARCHIVE_APP_SCHEMA | a\"; drop | status",
        "ARCHIVE_APP_SCHEMA | a$$b | status",
        "ARCHIVE_APP_SCHEMA | a\u2028$$b | status",
        "ARCHIVE_APP_SCHEMA | \u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4 | status",
        "ARCHIVE_SYSTEM | ../up | plan",
        "ARCHIVE_STATEMENT_TIMEOUT | soon | run --logs",
        "ARCHIVE_LOCK_TIMEOUT | -c x=y | run --logs",
        "ARCHIVE_LOCK_TIMEOUT | 0 | run --logs",
        "ARCHIVE_LOCK_TIMEOUT | 00 ms | run --logs",
        "ARCHIVE_LOCK_TIMEOUT | 5 | run --logs",
        "ARCHIVE_STATEMENT_TIMEOUT | 5 | run --logs",
        "ARCHIVE_CLOCK_TOLERANCE_SECONDS | 5min | run --logs",
        "ARCHIVE_MAX_REPORT_BYTES | -1 | run --reports",
        "ARCHIVE_STORE_URI | ftp://x/y | run --reports",
      })
  void saysWhichSettingCannotBeRead(String setting, String value, String arguments) {
    assertRefused(program().with(setting, value).run(arguments.split(" ")), 3, "", setting);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ARCHIVE_CRON | at three",
        "ARCHIVE_TIME_ZONE | Mars",
        "ARCHIVE_MAX_REPORT_BYTES | x",
        "ARCHIVE_GLACIER_AFTER_DAYS | x",
        "ARCHIVE_APP_SCHEMA | a\"; drop",
        "ARCHIVE_SYSTEM | ../up",
        "ARCHIVE_STATEMENT_TIMEOUT | soon",
        "ARCHIVE_LOCK_TIMEOUT | 0",
        "ARCHIVE_CLOCK_TOLERANCE_SECONDS | 5min",
      })
  void doctorReadsEverySettingAndSaysOnceWhichCannotBeRead(String setting, String value) {
    Archivist.Result result = program().with(setting, value).run("doctor");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out())
        .contains("FAILED   settings: " + setting + " is \"" + value + "\"")
        .containsOnlyOnce("FAILED")
        .containsOnlyOnce(setting + " is \"");
    assertThat(program().run("doctor").out()).contains("OK       settings: all can be read");
  }

  @Test
  void showsNoSecretInTheConfiguration() {
    Archivist archivist =
        program()
            .with(
                "DATABASE_URL",
                "jdbc:postgresql://u:TOPSECRET@h/d?sslpassword=TOPSECRET&sslmode=prefer")
            .with("AWS_ACCESS_KEY_ID", "TOPSECRET")
            .with("AWS_SECRET_ACCESS_KEY", "TOPSECRET")
            .with("AWS_SESSION_TOKEN", "TOPSECRET")
            .with("AWS_ENDPOINT_URL", "https://u:TOPSECRET@s3.example.org")
            .with("ARCHIVE_STORE_URI", "s3://key:TOPSECRET@bucket/prefix");

    for (String format : new String[] {"--verbose", "--json"}) {
      Archivist.Result result = archivist.run("config", format);
      assertThat(result.code()).isZero();
      assertThat(result.out())
          .contains("s3.example.org", "bucket/prefix", "(secret)", "sslmode=prefer");
      assertThat(result.out()).doesNotContain("SECRET@").doesNotContain("TOPSECRET");
    }
    for (String command : new String[] {"doctor", "run --all", "status"}) {
      Archivist.Result result = archivist.run(command.split(" "));
      assertThat(result.code()).as(result.err()).isEqualTo(3);
      assertThat(result.out() + result.err()).doesNotContain("TOPSECRET");
    }
  }

  @Test
  void saysWhoHoldsThePolicyAndRunsItAfterwards() {
    try (TestDatabase other = TestDatabase.migrated()) {
      LiveData.logs(other, 300);
      String rows = LiveData.conserved(other);
      Archivist archivist = Archivist.on(other, home);
      try (JobSession holder = JobSession.open(other.database(), "logs")) {
        holder.begin();

        Archivist.Result held = archivist.run("run", "--logs");

        assertRefused(held, 4, "policy \"logs\" is held by \"archivist job logs\" (pid ", "Wait");
        assertThat(held.out()).containsPattern("logs +held +0");
        assertThat(archivist.run("run", "--all").code()).isEqualTo(4);
        assertThat(other.rows("SELECT job_type, status FROM archive_jobs ORDER BY 1"))
            .hasToString("[[logs, running], [metrics, completed], [reports, completed]]");
      }
      assertThat(archivist.run("run", "--logs").code()).isZero();
      assertThat(other.rows("SELECT status FROM archive_jobs WHERE job_type = 'logs' ORDER BY 1"))
          .hasToString("[[completed], [failed]]");
      assertThat(LiveData.conserved(other)).isEqualTo(rows);
    }
  }

  @Test
  void saysThatRunFilesCannotBeWritten() throws IOException {
    Path file = Files.createFile(home.resolve("file"));

    assertRefused(
        program().with("ARCHIVE_RUN_FILES_DIR", file.toString()).run("plan"),
        3,
        "the run file cannot be written",
        "ARCHIVE_RUN_FILES_DIR");
  }

  @Test
  void looksAtEverythingEvenWhereNothingIsRight() {
    int closed = FreePort.any();
    Archivist.Result result =
        program()
            .with("DATABASE_URL", "postgresql://u:TOPSECRET@127.0.0.1:" + closed + "/d")
            .with("ARCHIVE_STORE_URI", "s3://bucket")
            .with("AWS_ENDPOINT_URL", "http://127.0.0.1:" + closed)
            .with("AWS_ACCESS_KEY_ID", "a")
            .with("AWS_SECRET_ACCESS_KEY", "TOPSECRET")
            .with("REPORTS_LOCAL_DIR", "/nowhere")
            .run("doctor");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out())
        .contains("FAILED   connection: the database cannot be reached")
        .contains("FAILED   object store: ")
        .contains("WARNING  report files: /nowhere")
        .contains("disk for temporary files")
        .doesNotContain("TOPSECRET");
  }
}
