package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.archivist.db.PolicySession;
import dev.archivist.db.SchemaStamp;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import dev.archivist.testing.Archivist;
import dev.archivist.testing.LiveData;
import dev.archivist.testing.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** No command works on a schema that is not the one that this program makes. */
class SchemaFitTest {
  private static final String SOME = "00000000-0000-0000-0000-000000000001";

  /** What each command is told, so that nothing but the schema is in its way. */
  private static final Map<String, List<String>> WORKING =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("plan", List.of("--all")),
              Map.entry("run", List.of("--all")),
              Map.entry(
                  "restore",
                  List.of("--policy", "logs", "--from", "2020-01-01", "--to", "2021-01-01")),
              Map.entry("status", List.of()),
              Map.entry("verify", List.of("--all")),
              Map.entry("purge", List.of("--all")),
              Map.entry("bin list", List.of()),
              Map.entry("bin restore", List.of(SOME)),
              Map.entry("bin empty", List.of()),
              Map.entry("store show", List.of()),
              Map.entry("store take-over", List.of("--yes")),
              Map.entry("reconcile", List.of()),
              Map.entry("s3-lifecycle show", List.of()),
              Map.entry("s3-lifecycle apply", List.of()),
              Map.entry("hold add", List.of("--policy", "logs", "--reason", "why")),
              Map.entry("hold list", List.of()),
              Map.entry("hold release", List.of(SOME)),
              Map.entry("trust", List.of("--reason", "why", "pg_catalog.now")),
              Map.entry("trust list", List.of()),
              Map.entry("trust revoke", List.of("pg_catalog.now()")),
              Map.entry("audit", List.of()),
              Map.entry("schedule", List.of()),
              Map.entry("uninstall", List.of("--yes"))));

  /** They touch no schema, make one, or look at it and say how it is. */
  private static final Set<String> OTHERS =
      Set.of(
          "demo",
          "migrate",
          "doctor",
          "config",
          "db start",
          "db stop",
          "db url",
          "sql",
          "bench",
          // they do nothing but name those below them
          "bin",
          "db",
          "hold",
          "s3-lifecycle",
          "store");

  @TempDir Path home;
  private TestDatabase db;

  @BeforeEach
  void createDatabase() {
    db = TestDatabase.migrated();
    LiveData.logs(db, 20);
  }

  @AfterEach
  void dropDatabase() {
    stamp(SchemaStamp.ofThisProgram().text());
    db.close();
  }

  @Test
  void everyCommandIsKnownHere() {
    Set<String> commands = new TreeSet<>();
    ArchivistCommand.commandLine(Map.of())
        .getSubcommands()
        .forEach((name, command) -> collect(name, command, commands));

    Set<String> known = new TreeSet<>(WORKING.keySet());
    known.addAll(OTHERS);
    assertThat(known).isEqualTo(commands);
  }

  private static void collect(String name, CommandLine command, Set<String> commands) {
    commands.add(name);
    command.getSubcommands().forEach((each, below) -> collect(name + " " + each, below, commands));
  }

  @Test
  void noCommandWorksOnAnOlderSchema() {
    stamp("[schema 9, functions 00000000, program 0.0.1]");

    assertRefused("older than this program: it has version 9, made by program 0.0.1", "migrate");
    assertThat(archivist("doctor").out())
        .containsPattern("FAILED   schema: .*older than this program");
  }

  @Test
  void noCommandWorksOnANewerSchema() {
    String content = content();
    stamp("[schema 99, functions 00000000, program 7.5.0]");

    assertRefused(
        "older than the schema: the schema has version 99, made by program 7.5.0", "newer");
    Archivist.Result doctor = archivist("doctor");
    assertThat(doctor.code()).isEqualTo(3);
    assertThat(doctor.out()).containsPattern("FAILED   schema: .*older than the schema");
    Archivist.Result migrate = archivist("migrate");
    assertThat(migrate.code()).isEqualTo(3);
    assertThat(migrate.err()).contains("older than the schema").contains("Use a newer program");
    assertThat(content()).isEqualTo(content);
  }

  @Test
  void otherFunctionsOfTheSameVersionDoNotFit() {
    SchemaStamp ours = SchemaStamp.ofThisProgram();
    String version = "[schema " + ours.version() + ", functions ";
    stamp(version + "00000000, program " + ours.program() + "]");
    assertSomeAreRefused("are not those of this program", "Run archivist migrate with the program");

    stamp(version + "00000000, program 99.0]");
    assertSomeAreRefused("older than the schema", "Use a newer program");

    stamp(version + ours.functions() + ", program 99.0]");
    assertThat(archivist("plan", "--all").code()).isZero();
  }

  @Test
  void anotherEngineInTheDatabaseDoesNotFit() {
    SchemaStamp ours = SchemaStamp.ofThisProgram();
    stamp(ours.text().replace("]", ", engine 000000000000]"));

    assertSomeAreRefused("are not those of this program", "Run archivist migrate with the program");
  }

  @Test
  void aSchemaThatDoesNotSayWhatItIsIsToBeMigrated() {
    stamp("");
    assertSomeAreRefused("was not migrated to the end", "Run archivist migrate");
    assertThat(archivist("doctor").out()).contains("FAILED   schema: not that of this version");
    assertThat(archivist("migrate", "--host", "runner").code()).isZero();
    assertThat(archivist("plan", "--all").code()).isZero();

    try (TestDatabase empty = TestDatabase.empty()) {
      Archivist.Result result = Archivist.on(empty, home).run("status");
      assertThat(result.code()).isEqualTo(3);
      assertThat(result.err())
          .contains("schema archive is missing")
          .contains("Run archivist migrate");
    }
  }

  @Test
  void whatWasUninstalledIsToBeMigrated() {
    assertThat(archivist("uninstall", "--yes").code()).isZero();
    assertSomeAreRefused("was not migrated to the end", "Run archivist migrate");

    assertThat(archivist("uninstall", "--yes").code()).isZero();
    assertThat(archivist("migrate", "--host", "runner").code()).isZero();
    assertThat(archivist("status").code()).isZero();
  }

  /** A daemon was there before the schema became newer. */
  @Test
  void aSessionThatIsOpenedLaterAsksAgain() {
    archivist("plan", "--all");
    stamp("[schema 99, functions 00000000, program 7.5.0]");

    try (PolicySession session = PolicySession.toRun(db.database(), "logs")) {
      assertThatThrownBy(session::begin)
          .isInstanceOfSatisfying(
              ArchiveFailure.class,
              failure -> assertThat(failure.error()).isEqualTo(ArchiveError.SCHEMA_NEWER));
    }
    assertThat(db.number("SELECT count(*) FROM archive.jobs")).isZero();
  }

  @Test
  void aRoleWithoutAnyRightIsToldAboutTheSchema() {
    stamp("[schema 99, functions 00000000, program 7.5.0]");
    String role = "looks_" + db.name();
    db.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
    try {
      Archivist.Result result =
          Archivist.in(home)
              .with(
                  "DATABASE_URL",
                  db.url()
                      .replaceAll("user=[^&]*", "user=" + role)
                      .replaceAll("password=[^&]*", "password=secret"))
              .run("status");
      assertThat(result.err()).contains("older than the schema");
      assertThat(result.code()).isEqualTo(3);
    } finally {
      db.execute("DROP ROLE " + role);
    }
  }

  private void assertRefused(String what, String hint) {
    assertRefused(what, hint, WORKING.keySet());
  }

  /**
   * The check is the same for all; that all make it is shown where the schema is older or newer.
   */
  private void assertSomeAreRefused(String what, String hint) {
    assertRefused(what, hint, Set.of("run", "status"));
  }

  private void assertRefused(String what, String hint, Set<String> commands) {
    String content = content();
    for (String name : commands) {
      List<String> words = new ArrayList<>(List.of(name.split(" ")));
      words.addAll(WORKING.get(name));
      Archivist.Result result = archivist(words.toArray(String[]::new));
      assertThat(result.err()).as(name).contains(what).contains("HINT: ").contains(hint);
      assertThat(result.code()).as(name).isEqualTo(3);
    }
    assertThat(content()).isEqualTo(content);
  }

  private String content() {
    return db.value(
        "SELECT format('%s %s %s %s', (SELECT count(*) FROM public.scenario_logs),"
            + " (SELECT count(*) FROM archive.jobs), (SELECT count(*) FROM archive.holds),"
            + " (SELECT count(*) FROM archive.audit))");
  }

  private Archivist.Result archivist(String... arguments) {
    return Archivist.on(db, home).run(arguments);
  }

  private void stamp(String text) {
    db.execute("COMMENT ON SCHEMA archive IS 'Archivist: " + text + "'");
  }
}
